/** The keys of every page, in a dialog. */
import { useEffect, useRef } from 'preact/hooks';
import { keyMap } from '../keys.js';

export function KeyHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === '?') onClose();
  };
  return (
    <dialog class="help" ref={dialog} onClose={onClose} onKeyDown={onKeyDown} aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      {keyMap.map(({ page, lines }) => (
        <section key={page}>
          <h3>{page}</h3>
          <dl>
            {lines.map(({ keys, does }) => [
              <dt key={`${does}-keys`}>
                {keys.map((key) => (
                  <span key={key}>
                    <kbd>{key}</kbd>{' '}
                  </span>
                ))}
              </dt>,
              <dd key={does}>{does}</dd>,
            ])}
          </dl>
        </section>
      ))}
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
