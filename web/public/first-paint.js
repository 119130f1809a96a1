// Runs before the first paint: theme and language are known before anything is drawn, so that
// neither flashes. A file of its own because the content security policy forbids inline scripts.
(function () {
  var root = document.documentElement;
  var stored = function (key) {
    try {
      return window.localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  var scheme = stored("mantine-color-scheme-value");
  if (scheme !== "dark" && scheme !== "light") {
    scheme = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  root.setAttribute("data-mantine-color-scheme", scheme);
  root.style.background = scheme === "dark" ? "#0e1314" : "#f6f8f8";
  var language = stored("fdd-language") || navigator.language || "en";
  root.lang = language.toLowerCase().indexOf("ko") === 0 ? "ko" : "en";
})();
