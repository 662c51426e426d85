/**
 * Chromium under the locale C or POSIX calls its language "en-US@posix", which Intl refuses; uPlot asks Intl while it is
 * loaded, and with it the page would not start. To be imported before it.
 */
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en' });
}
