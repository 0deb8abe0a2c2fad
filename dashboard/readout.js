// The sentence changes with every frame; it is announced once it has stood still.

const STILL = 800 // ms

export function render({ model, el }) {
  const seen = document.createElement("p")
  seen.className = "sentence"
  seen.setAttribute("aria-hidden", "true")
  const heard = document.createElement("p")
  heard.className = "heard"
  heard.setAttribute("role", "status")
  heard.setAttribute("aria-live", "polite")
  const notices = document.createElement("ul")
  notices.setAttribute("role", "alert")

  let timer
  const tell = () => {
    seen.textContent = model.sentence
    clearTimeout(timer)
    timer = setTimeout(() => { heard.textContent = model.sentence }, STILL)
  }
  const warn = () => {
    notices.hidden = model.notices.length === 0
    notices.replaceChildren(...model.notices.map((notice) => {
      const item = document.createElement("li")
      item.textContent = notice
      return item
    }))
  }
  model.on("sentence", tell)
  model.on("notices", warn)
  tell()
  warn()
  el.append(seen, heard, notices)
}
