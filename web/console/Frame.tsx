import { type ReactNode, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { signOut } from './calls.ts';
import { type Staff, useSpeech } from './context.tsx';
import { forgetCopies } from './publicity/copies.ts';
import { useTask } from './remote.ts';
import type { Permission } from './wire.ts';
import { ROLE_WORDS, type Word } from './wording.ts';

/** The sections, in the order of use; each is shown to those who may use it. */
export const SECTIONS: readonly { readonly path: string; readonly word: Word; readonly permission: Permission }[] = [
  { path: '/results', word: 'results', permission: 'result.read' },
  { path: '/publicity', word: 'publicity', permission: 'output.read' },
  { path: '/desk', word: 'desk', permission: 'case.work' },
  { path: '/waves', word: 'waves', permission: 'wave.read' },
  { path: '/surveys', word: 'surveys', permission: 'survey.read' },
  { path: '/units', word: 'units', permission: 'unit.read' },
  { path: '/accounts', word: 'accounts', permission: 'account.manage' },
  { path: '/audit', word: 'audit', permission: 'audit.read' },
];

/** Head and navigation around every page; on a narrow screen the navigation folds behind one button. */
export function Frame({ staff, children }: { staff?: Staff; children: ReactNode }) {
  const { say, lang, choose, pick } = useSpeech();
  const [path] = useLocation();
  // Open on the page where it was opened: going elsewhere folds it again.
  const [openOn, setOpenOn] = useState<string | null>(null);
  const open = openOn === path;
  const out = useTask(async () => {
    await signOut();
    await forgetCopies();
    staff?.refresh();
  });
  const who = staff
    ? // Without a network nobody's name is known.
      [staff.user.name, pick(ROLE_WORDS[staff.user.role]), staff.user.unit?.name ?? say('allUnits')].filter(Boolean)
    : [];
  return (
    <>
      <a className="skip" href="#content">
        {say('skip')}
      </a>
      <header className="frame">
        <div className="frame-inner">
          <Link href="/" className="brand">
            {say('product')}
          </Link>
          {staff ? (
            <button
              type="button"
              className="menu-button"
              aria-expanded={open}
              aria-controls="navigation"
              onClick={() => setOpenOn(open ? null : path)}
            >
              {say('menu')}
            </button>
          ) : null}
          <div id="navigation" className={open ? 'navigation navigation-open' : 'navigation'}>
            {staff ? (
              <nav aria-label={say('sections')}>
                <ul>
                  {SECTIONS.filter(({ permission }) => staff.may(permission)).map((section) => (
                    <li key={section.path}>
                      <Link
                        href={section.path}
                        aria-current={path === section.path || path.startsWith(`${section.path}/`) ? 'page' : undefined}
                      >
                        {say(section.word)}
                      </Link>
                    </li>
                  ))}
                </ul>
              </nav>
            ) : null}
            <div className="frame-side">
              {staff ? (
                <>
                  <Link href="/password" title={say('changePassword')}>
                    {who.join(lang === 'zh' ? '，' : ', ')}
                  </Link>
                  <button type="button" className="link" onClick={() => void out.run()}>
                    {say('signOut')}
                  </button>
                </>
              ) : null}
              <button
                type="button"
                className="link"
                lang={lang === 'zh' ? 'en' : 'zh-CN'}
                onClick={() => choose(lang === 'zh' ? 'en' : 'zh')}
              >
                {say('otherLanguage')}
              </button>
            </div>
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
