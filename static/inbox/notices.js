/* What is new for the person of staff, on every page of theirs: asked for while a page is open. */
(() => {
  const PAGE = '/admin/house/notices/';
  const EVERY_MS = 20000;
  const KEPT = 'notices-newest';
  const allowed = () => 'Notification' in window && Notification.permission === 'granted';

  /* Several tabs ask; one of them shows. */
  function first(id) {
    const shown = Number(localStorage.getItem('notices-shown') ?? 0);
    if (id <= shown) return false;
    localStorage.setItem('notices-shown', id);
    return true;
  }

  function show({ id, title, text, url }) {
    if (!allowed() || !first(id)) return;
    const notice = new Notification(title, { body: text, tag: `notice-${id}` });
    notice.onclick = () => {
      window.focus();
      location.href = url;
    };
  }

  function badge(unseen) {
    const link = document.querySelector(`a[href="${PAGE}"]`);
    if (!link) return;
    let mark = link.querySelector('.notices-count');
    if (!mark) {
      mark = link.querySelector('span:last-child:not(.material-symbols-outlined)');
      if (!mark || !/^\d+\+?$/.test(mark.textContent.trim())) return;
      mark.classList.add('notices-count');
    }
    mark.textContent = unseen > 99 ? '99+' : unseen;
    mark.hidden = !unseen;
  }

  async function ask() {
    const newest = sessionStorage.getItem(KEPT);
    const answer = await fetch(`${PAGE}new/${newest ? `?after=${newest}` : ''}`, {
      headers: { Accept: 'application/json' },
    });
    if (!answer.ok || answer.redirected) return;
    const data = await answer.json();
    sessionStorage.setItem(KEPT, data.newest);
    data.new.forEach(show);
    badge(data.unseen);
  }

  function howTold() {
    const how = document.getElementById('notices-how');
    if (!how) return;
    const button = document.getElementById('notices-ask');
    const said = () => {
      const state = 'Notification' in window ? Notification.permission : 'none';
      how.textContent = {
        granted: 'This browser shows them while a page of yours is open.',
        denied: 'This browser was told not to show them; its settings for this site change that.',
        default: '',
        none: 'This browser cannot show them.',
      }[state];
      button.parentElement.hidden = state !== 'default';
    };
    button.addEventListener('click', () => Notification.requestPermission().then(said));
    said();
  }

  function begin() {
    howTold();
    // the way in has no sidebar, and nobody to tell
    if (!document.querySelector(`a[href="${PAGE}"]`)) return;
    const quietly = () => ask().catch(() => {});
    quietly();
    setInterval(quietly, EVERY_MS);
  }

  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
  else begin();
})();
