// What the checks of tests/browser/run evaluate in a page.

// The page if it is wider than the window, and what in it is.
function tooWide() {
  const { clientWidth, scrollWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > clientWidth)
    .map((each) => `${each.localName} ${each.textContent.slice(0, 60)}`);
  return [`${scrollWidth} px`, ...wide];
}

// The links of the page that are not relative, or that lead to nothing.
async function badLinks() {
  const bad = [];
  for (const each of document.querySelectorAll("[href], [src]")) {
    const text = each.getAttribute("href") ?? each.getAttribute("src");
    if (text.startsWith("data:")) continue;
    const url = new URL(text, document.location);
    if (/^(\w+:|\/)/.test(text)) bad.push(text);
    else if (url.pathname !== document.location.pathname) {
      const answer = await fetch(url, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || (url.hash && !page.getElementById(url.hash.slice(1)))) bad.push(text);
    } else if (url.hash && !document.getElementById(url.hash.slice(1))) bad.push(text);
  }
  return bad;
}

// Texts whose contrast to what is behind them is under 4.5 to 1 (WCAG 2, 1.4.3).
function faintTexts() {
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((c) => {
      const part = c / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    const clear = channels(colour)[3] === 0;
    return clear && element.parentElement ? behind(element.parentElement) : colour;
  };
  return [...document.querySelectorAll("body *")]
    .filter((each) => [...each.childNodes].some((node) => node.nodeType === Node.TEXT_NODE &&
                                                          node.data.trim() !== ""))
    .filter((each) => {
      const pair = [getComputedStyle(each).color, behind(each)].map(luminance);
      return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05) < 4.5;
    })
    .map((each) => `${each.localName} ${each.textContent.slice(0, 60)}`);
}

// Opens the form of an operation, and fills its fields.
function filled(operation, values) {
  const details = document.querySelector(`#${operation} details`);
  details.open = true;
  for (const [name, value] of Object.entries(values)) {
    details.querySelector(`[name="${name}"]`).value = value;
  }
  return details;
}

// Clicks on the button of the form; gives what it shows once the answer is there.
function shownAfterClick(details) {
  const output = details.querySelector("output");
  const shown = new Promise((resolve) => {
    new MutationObserver(() => {
      if (/^(No answer|\d{3} )/m.test(output.innerText)) resolve(output.innerText);
    }).observe(output, { childList: true });
  });
  details.querySelector("button").click();
  return shown;
}
