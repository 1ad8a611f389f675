/** Token ids as little-endian int32 and log-probabilities as little-endian float32, in BLOBs any language can read. */

export function toBlob(values: Int32Array | Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

/** Copies: a BLOB need not lie at a multiple of four. */
export function toInt32(blob: Uint8Array): Int32Array {
  return new Int32Array(Uint8Array.from(blob).buffer);
}

export function toFloat32(blob: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(blob).buffer);
}
