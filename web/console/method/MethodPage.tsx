import { useEffect } from 'react';
import { useSpeech } from '../context.tsx';
import { Page } from '../parts/page.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { Formulas } from './math.tsx';
import './method.css';
import { SECTIONS } from './sections.tsx';

/** For whoever asks “why this figure”: every figure in plain words, with its formula. */
export function MethodPage() {
  const { say, pick } = useSpeech();
  useEffect(() => {
    // The browser looked for the anchor before the page was there.
    const wanted = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    wanted?.scrollIntoView();
    wanted?.focus({ preventScroll: true });
  }, []);
  return (
    <Page title={say('methodPage')} lead={say('methodPageLead')}>
      <div className="method-page">
        <nav aria-label={say('methodContents')} className="method-contents no-print">
          <ol>
            {SECTIONS.map(({ id, title }) => (
              <li key={id}>
                <a href={`#${id}`}>{pick(title)}</a>
              </li>
            ))}
          </ol>
        </nav>
        <div className="method-sections">
          {SECTIONS.map(({ id, title, body, formulas = [], where }) => (
            <section key={id} aria-labelledby={id}>
              <h2 id={id} tabIndex={-1}>
                {pick(title)}
              </h2>
              {body.map((text) => (
                <p key={text.zh}>{pick(text)}</p>
              ))}
              {formulas.length > 0 ? (
                <Scroll label={say('methodFormula', { name: pick(title) })} className="method-formulas">
                  <Formulas lines={formulas} />
                </Scroll>
              ) : null}
              {where ? <p className="hint">{pick(where)}</p> : null}
            </section>
          ))}
        </div>
      </div>
    </Page>
  );
}
