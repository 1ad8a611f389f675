/** Preloaded into the real program: the wall clock jumps an hour back or ahead every few readings; nothing else does. */
const hour = 3_600_000;
const RealDate = Date;
let readings = 0;

const jump = () => [0, hour, -hour][Math.floor(readings++ / 7) % 3] ?? 0;

class JumpingDate extends RealDate {
  /** @param {[] | [number | string | Date]} parts */
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + jump());
    else super(parts[0]);
  }

  /** @override */
  static now() {
    return RealDate.now() + jump();
  }
}

globalThis.Date = /** @type {DateConstructor} */ (/** @type {unknown} */ (JumpingDate));
