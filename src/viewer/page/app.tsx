/** The whole page: the bar, and the page that the address names. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useKeys } from './keys.js';
import { ComparePage } from './pages/compare/compare-page.js';
import { EpisodePage } from './pages/episode/episode-page.js';
import { EpisodesPage } from './pages/episodes/episodes-page.js';
import { GroupPage } from './pages/group/group-page.js';
import { JudgesPage } from './pages/judges/judges-page.js';
import { RunPage } from './pages/run/run-page.js';
import { RunsPage } from './pages/runs/runs-page.js';
import { Empty } from './parts/empty.js';
import { KeyHelp } from './parts/key-help.js';
import { type Crumb, TopBar } from './parts/top-bar.js';
import { links, type Place } from './routing/place.js';
import { go, rememberedScroll, usePlace } from './routing/use-place.js';

/** What a page is told: its parameters, and how to name the way to it. */
export interface PageProps {
  params: Place['params'];
  onCrumbs: (crumbs: readonly Crumb[]) => void;
}

function PageAt({ place, onCrumbs }: { place: Place; onCrumbs: PageProps['onCrumbs'] }) {
  const [kind = 'runs', id = '', part, ...more] = place.path;
  const shared = { params: place.params, onCrumbs, key: `${kind}/${id}/${part ?? ''}` };
  if (kind === 'runs' && id === '') return <RunsPage {...shared} />;
  if (kind === 'compare') return <ComparePage {...shared} key={place.path.join('/')} runs={place.path.slice(1)} />;
  if (more.length === 0 && id !== '') {
    if (kind === 'runs' && part === undefined) return <RunPage {...shared} run={id} />;
    if (kind === 'runs' && part === 'episodes') return <EpisodesPage {...shared} run={id} />;
    if (kind === 'runs' && part === 'judges') return <JudgesPage {...shared} run={id} />;
    if (kind === 'groups' && part === undefined) return <GroupPage {...shared} group={id} />;
    // No key of its own: stepping through a group keeps the page and changes what is on it.
    if (kind === 'episodes' && part === undefined) return <EpisodePage {...shared} key="episode" episode={id} />;
  }
  return (
    <Empty>
      <h1>No such page</h1> <a href={links.runs()}>All runs</a>
    </Empty>
  );
}

export function App() {
  const place = usePlace();
  const [crumbs, setCrumbs] = useState<readonly Crumb[]>([]);
  const [help, setHelp] = useState(false);
  const main = useRef<HTMLElement>(null);
  useKeys({ '?': () => setHelp(true), g: () => go(links.runs()) });
  useArrival(place.path.join('/'), main.current);
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        To the content
      </a>
      <TopBar crumbs={crumbs} onHelp={() => setHelp(true)} />
      <main id="main" ref={main} tabIndex={-1}>
        <PageAt place={place} onCrumbs={setCrumbs} />
      </main>
      <KeyHelp open={help} onClose={() => setHelp(false)} />
    </>
  );
}

/** On a new page, readers of screens start at its beginning; on the way back, everyone where they had been. */
function useArrival(path: string, main: HTMLElement | null): void {
  const first = useRef(true);
  useLayoutEffect(() => {
    if (first.current) return;
    window.scrollTo(0, rememberedScroll());
  }, [path]);
  useEffect(() => {
    const writing = document.activeElement instanceof HTMLInputElement;
    if (!first.current && !writing && !path.startsWith('episodes/')) main?.focus({ preventScroll: true });
    first.current = false;
  }, [path, main]);
}
