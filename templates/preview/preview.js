// Show anew what changed when a file was saved, and nothing else: whoever reads
// or listens stays where they are.
'use strict';
(() => {
  const root = document.documentElement;
  let busy = false;
  let wanted = Number(root.dataset.version);

  // The new letter is made ready behind the old one and takes its place when
  // it can be seen, scrolled as the old one was.
  function swap(frame, fresh) {
    const old = frame.querySelector('iframe:not(.coming)');
    for (const other of frame.querySelectorAll('.coming')) other.remove();
    fresh.className = 'coming';
    fresh.addEventListener('load', () => {
      const { scrollX, scrollY } = old.contentWindow;
      fresh.contentWindow.scrollTo(scrollX, scrollY);
      fresh.className = '';
      old.remove();
    });
    frame.append(fresh);
  }

  function show(page) {
    const frames = [...document.querySelectorAll('[data-frame]')];
    const live = [...document.querySelectorAll('[data-live]')];
    if (page.querySelectorAll('[data-frame]').length !== frames.length ||
        page.querySelectorAll('[data-live]').length !== live.length) {
      location.reload();
      return;
    }
    root.dataset.version = page.documentElement.dataset.version;
    document.title = page.title;
    for (const part of live) {
      const fresh = page.getElementById(part.id);
      if (fresh.innerHTML !== part.innerHTML)
        part.replaceChildren(...fresh.childNodes);
    }
    if (root.dataset.letter === page.documentElement.dataset.letter) return;
    root.dataset.letter = page.documentElement.dataset.letter;
    for (const frame of frames)
      swap(frame, page.querySelector(
        `[data-frame="${frame.dataset.frame}"] iframe`));
  }

  async function refresh() {
    if (busy) return;
    busy = true;
    while (wanted > Number(root.dataset.version)) {
      const answer = await fetch(location.href, { cache: 'no-store' });
      const text = await answer.text();
      if (!answer.ok) {
        document.getElementById('trouble').textContent = text;
        break;
      }
      show(new DOMParser().parseFromString(text, 'text/html'));
    }
    busy = false;
  }

  const events = new EventSource('events');
  events.onmessage = (event) => {
    wanted = Number(event.data);
    refresh().catch(() => { busy = false; });
  };
  events.onerror = () => {
    document.getElementById('status').textContent = root.dataset.lost;
  };
})();
