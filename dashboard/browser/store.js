// What this browser keeps between visits, as texts by name. Where it may not keep anything the page works all the same.

const own = (name) => `expif.${name}`

// What was kept; null where there is nothing, or it may not be read.
export function read(name) {
  try {
    return localStorage.getItem(own(name))
  } catch {
    return null
  }
}

// Keeps a text; false where the browser refuses.
export function write(name, value) {
  try {
    localStorage.setItem(own(name), value)
    return true
  } catch {
    return false
  }
}
