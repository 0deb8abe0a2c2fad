// Reads what dashboard/frames.py writes: a message, and the columns of data sources as numbers in place.

const KINDS = { f4: Float32Array, f8: Float64Array }
const filled = (bytes) => Math.ceil(bytes / 8) * 8

export function read(buffer) {
  const length = new DataView(buffer).getUint32(0, true)
  const message = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)))
  let at = filled(4 + length)
  for (const [name, columns] of Object.entries(message.sources)) {
    const data = {}
    for (const [column, kind, content] of columns) {
      if (kind === "text") {
        data[column] = content
      } else {
        data[column] = new KINDS[kind](buffer, at, content)
        at += filled(content * KINDS[kind].BYTES_PER_ELEMENT)
      }
    }
    message.sources[name] = data
  }
  return message
}
