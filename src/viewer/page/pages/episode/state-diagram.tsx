/** The machine as a drawing: where the episode stands, and the way it has just taken. */
import type { EpisodeAnswer } from '../../../api.js';
import type { MachineState } from './timeline.js';

interface Node {
  state: MachineState;
  label: string;
  x: number;
  y: number;
}

interface Edge {
  from: MachineState;
  to: MachineState;
  path: string;
}

const box = { width: 76, height: 24 };

const speaking: readonly Node[] = [
  { state: 'speaking.a', label: 'A speaks', x: 40, y: 48 },
  { state: 'speaking.b', label: 'B speaks', x: 144, y: 48 },
  { state: 'judging', label: 'judging', x: 248, y: 48 },
];
const writing: readonly Node[] = [
  { state: 'completing', label: 'completing', x: 360, y: 48 },
  { state: 'scoring', label: 'scoring', x: 464, y: 48 },
];
const ends: readonly Node[] = [
  { state: 'agreed', label: 'agreed', x: 576, y: 16 },
  { state: 'deadlocked', label: 'deadlocked', x: 576, y: 48 },
  { state: 'failed', label: 'failed', x: 576, y: 80 },
];
const soloEnds: readonly Node[] = [
  { state: 'answered', label: 'answered', x: 576, y: 32 },
  { state: 'failed', label: 'failed', x: 576, y: 64 },
];

const negotiating: readonly Edge[] = [
  { from: 'speaking.a', to: 'speaking.b', path: 'M78 48H104' },
  { from: 'speaking.b', to: 'judging', path: 'M182 48H208' },
  { from: 'judging', to: 'speaking.a', path: 'M248 36V20Q248 12 240 12H48Q40 12 40 20V34' },
  { from: 'judging', to: 'completing', path: 'M286 48H320' },
];
const grading: readonly Edge[] = [
  { from: 'completing', to: 'scoring', path: 'M398 48H424' },
  { from: 'scoring', to: 'agreed', path: 'M502 44L534 20' },
  { from: 'scoring', to: 'deadlocked', path: 'M502 48H534' },
];
/** In train mode a deadlock gets no completion. */
const straightToDeadlock: Edge = {
  from: 'judging',
  to: 'deadlocked',
  path: 'M248 60V76Q248 84 256 84H510Q520 84 522 76L536 54',
};
const soloGrading: readonly Edge[] = [
  { from: 'completing', to: 'scoring', path: 'M398 48H424' },
  { from: 'scoring', to: 'answered', path: 'M502 44L534 34' },
];

export function diagramOf(
  protocol: EpisodeAnswer['protocol'],
  mode: EpisodeAnswer['mode'],
): { nodes: Node[]; edges: Edge[] } {
  if (protocol === 'solo') return { nodes: [...writing, ...soloEnds], edges: [...soloGrading] };
  const edges = [...negotiating, ...grading];
  if (mode === 'eval') return { nodes: [...speaking, ...writing, ...ends], edges };
  const reachable = edges.filter(({ from, to }) => !(from === 'scoring' && to === 'deadlocked'));
  return { nodes: [...speaking, ...writing, ...ends], edges: [...reachable, straightToDeadlock] };
}

interface Props {
  protocol: EpisodeAnswer['protocol'];
  mode: EpisodeAnswer['mode'];
  state: MachineState;
  before: MachineState;
}

export function StateDiagram({ protocol, mode, state, before }: Props) {
  const { nodes, edges } = diagramOf(protocol, mode);
  const left = protocol === 'solo' ? 316 : -4;
  return (
    <svg
      class="diagram"
      viewBox={`${left} 0 ${622 - left} 96`}
      role="img"
      aria-label={`State of the episode: ${state}`}
    >
      <defs>
        <marker
          id="arrow"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M0 0.5L7 4L0 7.5" />
        </marker>
      </defs>
      {edges.map(({ from, to, path }) => (
        <path
          key={`${from}-${to}`}
          class={from === before && to === state ? 'edge lit' : 'edge'}
          d={path}
          marker-end="url(#arrow)"
        />
      ))}
      {nodes.map(({ state: name, label, x, y }) => (
        <g key={name} class={`node ${name.replace('.', '-')}${name === state ? ' lit' : ''}`}>
          <rect x={x - box.width / 2} y={y - box.height / 2} width={box.width} height={box.height} rx="3" />
          <text x={x} y={y + 4} text-anchor="middle">
            {label}
          </text>
        </g>
      ))}
    </svg>
  );
}
