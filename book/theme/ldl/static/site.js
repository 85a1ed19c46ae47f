// Menu, dark mode, copy buttons, mathematics. The page reads well without any of it.
(() => {
"use strict";
const root = document.documentElement;

function menu() {
  const button = document.querySelector(".menu-button");
  const nav = document.getElementById("book-nav");
  const show = (open) => {
    nav.classList.toggle("open", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => show(!nav.classList.contains("open")));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && nav.classList.contains("open")) {
      show(false);
      button.focus();
    }
  });
}

function darkMode() {
  const button = document.querySelector(".theme-button");
  const tell = () =>
    button.setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
  button.addEventListener("click", () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("ldl-theme", root.dataset.theme);
    } catch {
      // Storage is off: the choice holds for this page only.
    }
    tell();
  });
  tell();
}

// What scrolls must be reachable by keyboard; what fits must not be a stop.
function keyboardScrolling() {
  const parts = document.querySelectorAll("pre, .wide, div.math > .tex");
  const update = () => {
    const sizes = [...parts].map((part) =>
      part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight);
    parts.forEach((part, i) =>
      sizes[i] ? part.setAttribute("tabindex", "0") : part.removeAttribute("tabindex"));
  };
  update();
  addEventListener("load", update);
  addEventListener("resize", update);
}

function copyButtons() {
  for (const block of document.querySelectorAll(".cell_input div.highlight, article > section div.highlight")) {
    if (block.closest(".cell_output") || block.querySelector(".copy")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy this code");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(block.querySelector("pre").textContent);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Not allowed";
      }
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    block.append(button);
  }
}

// KaTeX draws; the MathML that it adds is what screen readers read.
function mathematics() {
  if (typeof katex === "undefined") return;
  for (const node of document.querySelectorAll(".tex")) {
    katex.render(node.textContent, node, {
      displayMode: node.parentElement.matches("div.math"),
      throwOnError: false,
      errorColor: "#a83100",
    });
  }
}

menu();
darkMode();
copyButtons();
mathematics();
keyboardScrolling();
})();
