/** `entente.rows/1` as Parquet: lists as LIST groups, `reward_components` as a JSON string. */
import type { SchemaElement } from 'hyparquet-writer';

const required = { repetition_type: 'REQUIRED' } as const;
const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
const whole = { type: 'INT32' } as const;
const real = { type: 'DOUBLE' } as const;

const list = (name: string, element: object, repetition: 'REQUIRED' | 'OPTIONAL'): SchemaElement[] => [
  { name, repetition_type: repetition, num_children: 1, converted_type: 'LIST' },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', ...element, ...required } as SchemaElement,
];

/** In the order of the row's own fields. */
const fields: readonly (readonly SchemaElement[])[] = [
  [{ name: 'schema', ...text, ...required }],
  [{ name: 'run_id', ...text, ...required }],
  [{ name: 'group_id', ...text, ...required }],
  [{ name: 'episode_id', ...text, ...required }],
  [{ name: 'sample_index', ...whole, ...required }],
  [{ name: 'row_index', ...whole, ...required }],
  [{ name: 'rows_in_episode', ...whole, ...required }],
  [{ name: 'dilemma_id', ...text, ...required }],
  [{ name: 'pair_id', ...text, ...required }],
  [{ name: 'seat', ...text, ...required }],
  list('input_ids', whole, 'REQUIRED'),
  list('loss_mask', whole, 'REQUIRED'),
  list('old_logprobs', { type: 'FLOAT' }, 'OPTIONAL'),
  [{ name: 'reward', ...real, ...required }],
  [{ name: 'reward_components', ...text, ...required }],
  [{ name: 'advantage', ...real, ...required }],
  [{ name: 'advantage_kind', ...text, ...required }],
  [{ name: 'advantage_version', ...whole, ...required }],
  [{ name: 'token_source', ...text, ...required }],
  [{ name: 'policy_model', ...text, ...required }],
  [{ name: 'policy_version', ...text, repetition_type: 'OPTIONAL' }],
];

export const parquetSchema: SchemaElement[] = [{ name: 'root', num_children: fields.length }, ...fields.flat()];
/**
 * No index of pages, for a column of a group is one page, and no least and greatest values, by which nobody looks rows up:
 * both would lie in memory for every group until the file is finished.
 */
export const parquetColumns = fields.map(([field]) => ({
  name: field?.name ?? '',
  offsetIndex: false,
  statistics: false,
}));
