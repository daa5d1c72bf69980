/** Say something to those who listen to the page instead of seeing it. */
export function announce(text: string): void {
  const place = document.getElementById("announcer");
  if (!place) return;
  place.textContent = "";
  // A text that is the same as before would not be said again.
  setTimeout(() => {
    place.textContent = text;
  }, 50);
}
