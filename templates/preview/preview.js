// Show anew what changed when a file was saved, and nothing else: whoever reads
// or listens stays where they are.
'use strict';
(() => {
  const root = document.documentElement;
  let busy = false;
  let wanted = Number(root.dataset.version);

  // The new letter takes the place of the old one in its frame, which stays as
  // it is with all that it forbids: quicker than to load it, and it stays
  // scrolled.
  function fill(iframe, text) {
    const view = iframe.contentWindow;
    const page = iframe.contentDocument;
    if (page.readyState !== 'complete') { // the first one is still coming
      view.location.reload();
      return;
    }
    const { scrollX, scrollY } = view;
    // the frame's own, which may have styles in it
    const fresh = new view.DOMParser().parseFromString(text, 'text/html');
    page.replaceChild(page.adoptNode(fresh.documentElement),
                      page.documentElement);
    view.scrollTo(scrollX, scrollY);
  }

  async function get(address) {
    const answer = await fetch(address, { cache: 'no-store' });
    return { ok: answer.ok, text: await answer.text() };
  }

  // False: it is made otherwise than the one that stands here.
  function show(page) {
    const live = [...document.querySelectorAll('[data-live]')];
    if (page.querySelectorAll('iframe').length !==
          document.querySelectorAll('iframe').length ||
        page.querySelectorAll('[data-live]').length !== live.length)
      return false;
    root.dataset.version = page.documentElement.dataset.version;
    document.title = page.title;
    for (const part of live) {
      const fresh = page.getElementById(part.id);
      if (fresh.innerHTML !== part.innerHTML)
        part.replaceChildren(...fresh.childNodes);
    }
    return true;
  }

  // All is asked for at once; most saves change the letter.
  async function look() {
    const frames = [...document.querySelectorAll('iframe')];
    const views = frames.map((iframe) => get(iframe.src));
    const { ok, text } = await get(location.href);
    if (!ok) {
      document.getElementById('trouble').textContent = text;
      return false;
    }
    const page = new DOMParser().parseFromString(text, 'text/html');
    const { letter } = page.documentElement.dataset;
    if (!show(page)) {
      location.reload();
      return false;
    }
    if (letter === root.dataset.letter) return true;
    for (const [i, iframe] of frames.entries()) {
      const view = await views[i];
      iframe.title = page.querySelectorAll('iframe')[i].title;
      if (view.ok) fill(iframe, view.text);
    }
    root.dataset.letter = letter;
    return true;
  }

  async function follow() {
    if (busy) return;
    busy = true;
    try {
      while (wanted > Number(root.dataset.version) && await look());
    } finally {
      busy = false;
    }
  }

  const events = new EventSource('events');
  events.onmessage = (event) => {
    wanted = Number(event.data);
    follow().catch(() => {}); // it has ended: told below
  };
  events.onerror = () => {
    document.getElementById('status').textContent = root.dataset.lost;
  };
})();
