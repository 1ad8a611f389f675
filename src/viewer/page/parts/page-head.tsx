/** The head of a page: where it stands, what it shows, and the command that gives the same data in a terminal. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { Command } from './command.js';

interface Props {
  title: string;
  eyebrow?: ComponentChildren;
  command: string | null;
  /** Links to neighbouring pages. */
  children?: ComponentChildren;
}

export function PageHead({ title, eyebrow, command, children }: Props) {
  useEffect(() => {
    document.title = `${title} · entente`;
  }, [title]);
  return (
    <header class="head">
      <div>
        {eyebrow === undefined ? null : <p class="eyebrow">{eyebrow}</p>}
        <h1>{title}</h1>
        {command === null ? null : <Command text={command} />}
      </div>
      {children}
    </header>
  );
}
