/** A place with nothing in it yet: what would be here, and the command that makes it. */
import type { ComponentChildren } from 'preact';
import { Command } from './command.js';

export function Empty({ children, command }: { children: ComponentChildren; command?: string }) {
  return (
    <div class="empty">
      <p>{children}</p>
      {command === undefined ? null : <Command text={command} />}
    </div>
  );
}
