/** Starts the page. */
import { render } from 'preact';
import { App } from './app.js';
import { startLive } from './data/live.js';
import { applyTheme, readTheme } from './theme.js';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/plots.css';
import './styles/lists.css';
import './styles/group.css';
import './styles/episode.css';
import './styles/scrubber.css';
import './styles/tokens-view.css';

applyTheme(readTheme());
startLive();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
