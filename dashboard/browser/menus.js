// What hangs from the top bar: a popover stands under the button that opens it, and a menu closes when it was used.

export class Menus {
  constructor() {
    for (const button of document.querySelectorAll("[popovertarget]")) {
      const popover = document.getElementById(button.getAttribute("popovertarget"))
      popover.addEventListener("toggle", ({ newState }) => { if (newState === "open") this.place(popover, button) })
      // Before what the menu does, so that the focus is on the bar by then, and a dialog gives it back there.
      if (popover.matches(".menu")) popover.addEventListener("click", ({ target }) => { if (target.closest("button")) popover.hidePopover() }, true)
    }
    addEventListener("resize", () => { for (const open of document.querySelectorAll(":popover-open")) open.hidePopover() })
  }

  // Its right end below that of the button, and within the window.
  place(popover, button) {
    const { right, bottom } = button.getBoundingClientRect()
    popover.style.top = `${bottom + 4}px`
    popover.style.left = `${Math.max(8, right - popover.offsetWidth)}px`
  }
}
