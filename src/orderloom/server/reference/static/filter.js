// Narrows the operations to those whose title, path or name has every word that is typed. Without this the page shows
// them all.
"use strict";

const box = document.getElementById("filter");
const input = document.getElementById("filter-text");
const count = document.getElementById("filter-count");
const contents = document.getElementById("contents");
const articles = [...document.querySelectorAll("article.operation")];
const entries = [...document.querySelectorAll("nav.side li")];
const texts = new Map(articles.map((article) => [article.id, told(article)]));

function told(article) {
  const parts = [...article.querySelectorAll("h3, .request")];
  return [article.id, ...parts.map((part) => part.textContent)].join(" ").toLowerCase();
}

function narrow() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (id) => words.every((word) => texts.get(id).includes(word));
  for (const article of articles) article.hidden = !fits(article.id);
  for (const entry of entries) entry.hidden = !fits(entry.querySelector("a").hash.slice(1));
  hideEmpty("section.operations", "article");
  hideEmpty("nav.side .group", "li");
  const shown = articles.filter((article) => !article.hidden).length;
  count.textContent = words.length ? `${shown} of ${articles.length} operations` : "";
}

function hideEmpty(groups, parts) {
  for (const group of document.querySelectorAll(groups)) {
    group.hidden = [...group.querySelectorAll(parts)].every((part) => part.hidden);
  }
}

box.hidden = false;
contents.open = matchMedia("(min-width: 64rem)").matches;
input.addEventListener("input", narrow);
