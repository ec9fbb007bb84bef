/**
 * Lets the console open without a network. The page always comes from the server when the server answers; the last page
 * that did, and exactly the files it names, are kept for when it does not. Data of the API never passes through here.
 */
const worker = self as unknown as ServiceWorkerGlobalScope;

/** Every address of the console is the same page. */
const PAGE = '/console/';
const CACHES = 'zhixiao-console ';
/** A line that says nothing for so long counts as none. */
const PATIENCE_MS = 4000;

/**
 * Keeps a page with its files, all or nothing, and drops what was kept before. File names carry a hash of their content,
 * so the names tell one build from another, and no page ever meets the files of another build.
 */
async function keep(page: Response): Promise<void> {
  const files = [...new Set((await page.clone().text()).match(/\/assets\/[\w.-]+/g))].sort();
  // Whatever a network puts in front of us is no page of ours.
  if (files.length === 0) return;
  const name = CACHES + files.join(' ');
  if (!(await caches.has(name))) {
    const cache = await caches.open(name);
    try {
      await cache.addAll(files);
      await cache.put(PAGE, page);
    } catch (error) {
      await caches.delete(name);
      throw error;
    }
  }
  const others = (await caches.keys()).filter((one) => one.startsWith(CACHES) && one !== name);
  await Promise.all(others.map((one) => caches.delete(one)));
}

const kept = (path: string): Promise<Response | undefined> => caches.match(path, { ignoreVary: true });

async function openPage(event: FetchEvent): Promise<Response> {
  const answer = fetch(event.request);
  const late = new Promise<null>((resolve) => setTimeout(resolve, PATIENCE_MS, null));
  const first = await Promise.race([answer.catch(() => null), late]);
  if (first?.ok) event.waitUntil(keep(first.clone()).catch(() => undefined));
  if (first && first.status < 500) return first;
  return (await kept(PAGE)) ?? answer;
}

worker.addEventListener('install', (event) => {
  event.waitUntil(
    fetch(PAGE, { cache: 'no-store' }).then((page) => (page.ok ? keep(page) : Promise.reject(page.status))),
  );
});

worker.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== worker.location.origin) return;
  if (mode === 'navigate') {
    if (/^\/console(\/|$)/.test(pathname)) event.respondWith(openPage(event));
  } else if (pathname.startsWith('/assets/')) {
    event.respondWith(kept(pathname).then((file) => file ?? fetch(event.request)));
  }
});
