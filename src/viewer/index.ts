export { episodePage } from './episode-html.js';
export { startViewer, type Viewer, type ViewerOptions } from './server.js';
