/** The layers of docs/architecture.md: imports point downward, levels do not import sideways, folders are entered through index.ts. */
const level = (folders) => `^src/(${folders.join('|')})/`;
const levels = [
  ['domain'],
  ['scenarios', 'chat', 'trajectory', 'reward'],
  ['deliberation', 'judging', 'store', 'generation'],
  ['run', 'assess', 'compare', 'export', 'report', 'viewer'],
  ['cli'],
];
const upward = levels.flatMap((folders, rank) =>
  rank === levels.length - 1
    ? []
    : [
        {
          name: `no-upward-from-${folders.join('-')}`,
          comment: 'Imports point downward only.',
          severity: 'error',
          from: { path: level(folders) },
          to: { path: level(levels.slice(rank + 1).flat()) },
        },
      ],
);
const sideways = levels.flat().map((folder) => ({
  name: `no-sideways-from-${folder}`,
  comment: 'Folders of one level do not import each other.',
  severity: 'error',
  from: { path: level([folder]) },
  to: { path: level(levels.find((folders) => folders.includes(folder)).filter((other) => other !== folder).concat('none')) },
}));
const doors = levels.flat().map((folder) => ({
  name: `door-of-${folder}`,
  comment: 'A folder is entered through its index.ts.',
  severity: 'error',
  from: { path: '^src/', pathNot: level([folder]) },
  to: { path: level([folder]), pathNot: `^src/${folder}/index\\.ts$` },
}));

module.exports = {
  forbidden: [
    ...upward,
    ...sideways,
    ...doors,
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'only-store-speaks-sql', severity: 'error', from: { pathNot: '^src/store/' }, to: { path: 'better-sqlite3' } },
    { name: 'only-chat-speaks-http', severity: 'error', from: { path: '^src/', pathNot: '^src/(chat|viewer)/' }, to: { path: 'node_modules/(openai|undici|hono|@hono)' } },
    { name: 'public-door-for-nobody-inside', severity: 'error', from: { path: '^src/.+/' }, to: { path: '^src/index\\.ts$' } },
  ],
  options: { doNotFollow: { path: 'node_modules' }, tsConfig: { fileName: 'tsconfig.json' }, tsPreCompilationDeps: true, enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] } },
};
