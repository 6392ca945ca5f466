// Hits in chapters come first, the library's pages last; a hit shows the article's words alone.
var Scorer = {
  score: ([page, , , , score]) =>
    score + (page.startsWith("notebooks/") ? 2000 : page.startsWith("book/library/") ? 0 : 1000),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
if (typeof Search !== "undefined") {
  Search.htmlToText = (text, anchor) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const unsaid = ".headerlink, script, style, svg, annotation, nav, .cell_input, [hidden]";
    for (const node of page.querySelectorAll(unsaid)) node.remove();
    const article = page.querySelector("article");
    const place = anchor && article && article.querySelector(anchor);
    return (place || article || page.body).textContent.replace(/\s+/g, " ");
  };
}
