// Makes an element with its attributes and children.

export function tag(name, attributes = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key in element && typeof value !== "string") element[key] = value
    else element.setAttribute(key, value)
  }
  element.append(...children)
  return element
}
