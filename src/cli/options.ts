/** Options that several commands share. */
import { Option } from 'commander';

export function dbOption(): Option {
  return new Option('--db <file>', 'the database').default('runs/entente.db');
}
