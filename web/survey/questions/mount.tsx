import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { CustomError } from 'survey-core';
import { Survey } from 'survey-react-ui';
import { say, type WordingKey } from '../wording.ts';
import './questions.css';
import { createModel, listAsked, type ModelOptions } from './model.ts';

/** Something to say about one question when the respondent is sent back to it. */
export interface Remark {
  readonly question: string;
  readonly wording: WordingKey;
}

interface QuestionsOptions extends ModelOptions {
  readonly remark: Remark | null;
  readonly onAnswer: (code: string, value: unknown) => void;
  readonly onMove: (code: string) => void;
  readonly onLeave: () => void;
  readonly onFinish: () => void;
}

/** Paints the questions into an element; `goBack` answers whether there was a question to go back to. */
export function mountQuestions(
  target: HTMLElement,
  options: QuestionsOptions,
): { readonly goBack: () => boolean; readonly unmount: () => void } {
  const model = createModel(options);
  model.onValueChanged.add((_, { name, value }) => options.onAnswer(name, value ?? null));
  model.onComplete.add(() => options.onFinish());
  const root = createRoot(target);
  flushSync(() => root.render(<Questions model={model} options={options} />));
  return { goBack: () => model.performPrevious(), unmount: () => root.unmount() };
}

function Questions({ model, options }: { model: ReturnType<typeof createModel>; options: QuestionsOptions }) {
  const { lang, remark, onMove, onLeave } = options;
  const [, repaint] = useState(0);
  const frame = useRef<HTMLDivElement>(null);
  const current = model.currentSingleQuestion;

  useEffect(() => {
    // A new answer may show or hide later questions: “question 3 of 9” and “submit” follow.
    const follow = (): void => repaint((count) => count + 1);
    model.onCurrentPageChanged.add(follow);
    model.onValueChanged.add(follow);
    return () => {
      model.onCurrentPageChanged.remove(follow);
      model.onValueChanged.remove(follow);
    };
  }, [model]);

  const code = current?.name ?? null;
  useEffect(() => {
    if (code === null) return;
    onMove(code);
    window.scrollTo(0, 0);
    const heading = frame.current?.querySelector('h1');
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    document.title = heading.textContent ?? '';
  }, [code, onMove]);

  useEffect(() => {
    if (remark) model.getQuestionByName(remark.question)?.addError(new CustomError(say(remark.wording, lang)));
  }, [model, remark, lang]);

  if (!current) return null;
  const asked = listAsked(model);
  const index = asked.indexOf(current) + 1;
  const progress = say('progress', lang, { index, total: asked.length });
  const goOn = (): void => {
    if (model.isLastElement) model.tryComplete();
    else model.performNext();
    // The alert says what is missing; the way to mend it has the focus.
    if (current.errors.length > 0)
      frame.current?.querySelector<HTMLElement>('.sd-question__content input, textarea')?.focus();
  };
  return (
    <div className="questions" ref={frame}>
      <p className="progress">
        <span>{progress}</span>
        <progress max={asked.length} value={index} aria-hidden="true" />
      </p>
      <Survey model={model} />
      <div className="steps">
        <button type="button" className="secondary" onClick={onLeave}>
          {say('back', lang)}
        </button>
        <button type="button" className="primary" onClick={goOn}>
          {say(model.isLastElement ? 'submit' : 'next', lang)}
        </button>
      </div>
    </div>
  );
}
