// The sentence with which the server refuses a request: it answers with a small page.

export async function refused(answer, otherwise) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  return page.querySelector("[role=status]")?.textContent ?? otherwise
}
