// A row of tabs (arrow keys move between them), a caption, and a button for what is computed on request.

export function render({ model, el }) {
  const row = document.createElement("div")
  row.setAttribute("role", "tablist")
  row.setAttribute("aria-label", "Views")
  const tabs = Object.entries(model.titles).map(([name, title]) => {
    const tab = document.createElement("button")
    tab.type = "button"
    tab.textContent = title
    tab.dataset.name = name
    tab.setAttribute("role", "tab")
    tab.onclick = () => choose(name)
    row.append(tab)
    return tab
  })
  row.onkeydown = (event) => {
    const turn = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!turn) return
    event.preventDefault()
    const at = tabs.findIndex((tab) => tab.dataset.name === chosen)
    const next = tabs[(at + turn + tabs.length) % tabs.length]
    next.focus()
    choose(next.dataset.name)
  }

  const line = document.createElement("div")
  line.className = "line"
  const caption = document.createElement("p")
  const heard = document.createElement("p")
  heard.className = "heard"
  heard.setAttribute("role", "status")
  const ask = document.createElement("button")
  ask.type = "button"
  ask.onclick = () => model.send_msg({ ask: true })
  line.append(ask, caption, heard)

  let chosen
  const show = (name) => {
    chosen = name
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", String(tab.dataset.name === name))
      tab.tabIndex = tab.dataset.name === name ? 0 : -1
    }
    for (const panel of document.querySelectorAll("[data-tab]")) panel.hidden = panel.dataset.tab !== name
    ask.textContent = model.buttons[name]
    ask.hidden = !model.buttons[name]
  }
  const choose = (name) => {
    if (name === chosen) return
    show(name)
    model.send_msg({ tab: name })
  }
  let timer
  const tell = () => { // progress is seen at once, and announced when it stands still
    caption.textContent = model.caption
    clearTimeout(timer)
    timer = setTimeout(() => { heard.textContent = model.caption }, 1000)
  }
  model.on("chosen", () => show(model.chosen))
  model.on("caption", tell)
  show(model.chosen)
  tell()
  el.append(row, line)
  if (window.innerWidth >= 1700) model.send_msg({ large: true }) // a projector: the plots take larger letters
}
