/** A plot with a title that says what it answers, and its numbers as a table for those who want them. */

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ScrollX } from './scroll-x.js';

export interface PlotData {
  columns: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
}

interface Props {
  title: string;
  says?: ComponentChildren;
  data: PlotData;
  wide?: boolean;
  children: ComponentChildren;
}

export function Plot({ title, says, data, wide = false, children }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <section class={wide ? 'plot wide' : 'plot'}>
      <header>
        <h2>{title}</h2>
        <p>{says}</p>
      </header>
      {children}
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Numbers</summary>
        {open ? <DataTable data={data} /> : null}
      </details>
    </section>
  );
}

/** As tab-separated text, which every spreadsheet takes. */
export function tabbed({ columns, rows }: PlotData): string {
  const cell = (value: string | number | null) => String(value ?? '').replace(/[\t\n\r]/g, ' ');
  return [columns, ...rows].map((row) => row.map(cell).join('\t')).join('\n');
}

function DataTable({ data }: { data: PlotData }) {
  const numeric = data.columns.map((_, index) => typeof data.rows[0]?.[index] === 'number');
  const copy = () => void navigator.clipboard.writeText(tabbed(data)).catch(() => undefined);
  return (
    <ScrollX label="Numbers">
      <table>
        <thead>
          <tr>
            {data.columns.map((column, index) => (
              <th key={column} scope="col" class={numeric[index] ? 'n' : ''}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.rows.map((row, index) => (
            <tr key={index}>
              {row.map((value, column) => (
                <td key={column} class={typeof value === 'number' ? 'n' : ''}>
                  {typeof value === 'number' ? Number(value.toPrecision(6)) : (value ?? '–')}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" class="plain" onClick={copy}>
        Copy as table
      </button>
    </ScrollX>
  );
}
