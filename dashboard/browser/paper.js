// The page on paper: the figure, what was chosen as a table, and the link as text and as a picture to point a phone at.

const DRAWN = 200 // ms in which the plots are drawn in the colours of paper

const part = (name, ...children) => {
  const element = document.createElement(name)
  element.append(...children)
  return element
}

export class Paper {
  // `on` holds what to call: link() asks for the picture; for_paper() takes the colours of paper and returns what takes
  // them back; address(), sentence(), rows() and figure() are what is printed
  constructor(on) {
    this.on = on
    this.sheet = document.querySelector("#paper")
    document.querySelector("#print").onclick = () => on.link()
    addEventListener("beforeprint", () => { if (!this.ready) this.lay_out("") })
    addEventListener("afterprint", () => {
      this.ready = false
      this.sheet.replaceChildren()
    })
  }

  // The picture is here: print. A page that the browser prints by itself has none.
  async print(picture) {
    const back = this.on.for_paper()
    await new Promise((done) => setTimeout(done, DRAWN))
    this.lay_out(picture)
    back()
    this.ready = true
    print()
  }

  lay_out(picture) {
    const figure = this.on.figure()
    figure.classList.add("figure")
    const rows = this.on.rows().map((cells) => part("tr", ...cells.map((cell) => part("td", cell))))
    const link = part("div", part("p", this.on.address()))
    link.className = "link"
    link.insertAdjacentHTML("afterbegin", picture) // our own server draws it
    this.sheet.replaceChildren(
      part("h1", document.title), part("p", this.on.sentence()), figure, part("table", part("tbody", ...rows)), link)
  }
}
