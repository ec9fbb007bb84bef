import { Link } from 'wouter';
import { type Condition, printCondition } from '../../../src/core/questionnaire/condition.ts';
import { describeOutcomes } from '../../../src/core/questionnaire/counted.ts';
import type { Difference } from '../../../src/core/questionnaire/difference.ts';
import type { Question } from '../../../src/core/questionnaire/plan.ts';
import { ApiError } from '../../shared/api.ts';
import { formatDay, formatInstant, inBrackets } from '../../shared/format.ts';
import { useAddress } from '../address.ts';
import { getSurvey, listSurveys, publishSurvey } from '../calls.ts';
import { useSpeech, useStaff } from '../context.tsx';
import { Empty, Loaded, Page } from '../parts/page.tsx';
import { Facts, Problems, Table } from '../parts/table.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { CheckedUpload } from '../parts/upload.tsx';
import { PromptsTab } from '../prompts/Prompts.tsx';
import { PROMPT_WORDS } from '../prompts/wording.ts';
import { useRemote } from '../remote.ts';
import type { PublishReport, SurveyView } from '../wire.ts';

export function SurveysPage() {
  const { say, pick, lang } = useSpeech();
  const { may } = useStaff();
  const remote = useRemote('surveys', listSurveys);
  const publish = may('survey.publish') ? (
    <Link href="/surveys/publish" className="button button-main">
      {say('publish')}
    </Link>
  ) : null;
  return (
    <Page title={say('surveys')} lead={say('surveysLead')} actions={publish}>
      <Loaded remote={remote}>
        {({ surveys }) =>
          surveys.length === 0 ? (
            <Empty title={say('surveysEmpty')}>{may('survey.publish') ? <p>{say('publishLead')}</p> : null}</Empty>
          ) : (
            <Table
              caption={say('surveys')}
              rows={surveys}
              keyOf={(survey) => `${survey.surveyCode}@${survey.version}`}
              columns={[
                {
                  head: say('name'),
                  names: true,
                  cell: ({ surveyCode, version, title }) => (
                    <Link href={`/surveys/${surveyCode}?version=${version}`}>{pick(title)}</Link>
                  ),
                },
                { head: say('version'), cell: ({ version }) => say('versionNumber', { version }) },
                { head: say('code'), cell: ({ surveyCode }) => <code>{surveyCode}</code> },
                { head: say('series'), cell: ({ series }) => <code>{series}</code> },
                { head: say('validUntil'), cell: ({ validUntil }) => formatDay(validUntil, lang) },
                { head: say('publishedAt'), cell: ({ publishedAt }) => formatInstant(publishedAt, lang) },
                { head: say('publishedBy'), cell: ({ publishedBy }) => publishedBy },
              ]}
            />
          )
        }
      </Loaded>
    </Page>
  );
}

export function SurveyPage({ code }: { code: string }) {
  const { pick } = useSpeech();
  const address = useAddress();
  const version = address.get('version');
  const remote = useRemote(`survey ${code} ${version}`, () => getSurvey(code, version));
  return (
    <Page title={remote.data ? pick(remote.data.title) : code}>
      <Loaded remote={remote}>{(survey) => <Version survey={survey} />}</Loaded>
    </Page>
  );
}

function Version({ survey }: { survey: SurveyView }) {
  const { say, pick, lang } = useSpeech();
  const address = useAddress();
  const tab = address.get('tab') ?? 'questions';
  const { plan } = survey;
  return (
    <>
      <div className="table-tools">
        <div className="field">
          <label htmlFor="version">{say('version')}</label>
          <select
            id="version"
            value={survey.version}
            onChange={(event) => address.set({ version: event.target.value })}
          >
            {survey.versions.map((version) => (
              <option key={version} value={version}>
                {say('versionNumber', { version })}
              </option>
            ))}
          </select>
        </div>
      </div>
      <Facts
        facts={[
          [say('publishedAt'), formatInstant(survey.publishedAt, lang) + inBrackets(survey.publishedBy, lang)],
          [say('series'), `${pick(survey.set.series.title)} (${survey.set.series.code})`],
          [
            say('methodApproval'),
            plan.approval
              ? `${say('approvalValid', {
                  authority: plan.approval.authority,
                  form: plan.approval.formNumber,
                  number: plan.approval.number,
                  until: formatDay(plan.approval.validUntil, lang),
                })}${plan.approval.demonstration ? inBrackets(say('demonstrationApproval'), lang) : ''}`
              : say('none'),
          ],
          [say('questions'), `${plan.questions.length}，${say('minutes', { minutes: plan.minutes })}`],
        ]}
      />
      <Tabs
        address={address}
        label={pick(survey.title)}
        tabs={[
          ['questions', say('questions')],
          ['indicators', say('indicators')],
          ['differences', say('differences')],
          ...(plan.modes.includes('keypad') ? ([['prompts', pick(PROMPT_WORDS.prompts)]] as const) : []),
        ]}
      />
      {tab === 'questions' ? <Questions survey={survey} /> : null}
      {tab === 'prompts' ? <PromptsTab survey={survey.surveyCode} version={survey.version} /> : null}
      {tab === 'indicators' ? <Indicators survey={survey} /> : null}
      {tab === 'differences' ? (
        survey.differences === null ? (
          <Empty title={say('differencesFirst')} />
        ) : (
          <Differences differences={survey.differences} />
        )
      ) : null}
    </>
  );
}

const TYPE_WORDS = {
  single: 'typeSingle',
  multiple: 'typeMultiple',
  number: 'typeNumber',
  text: 'typeText',
} as const satisfies Record<Question['type'], string>;

function Questions({ survey }: { survey: SurveyView }) {
  const { say, pick } = useSpeech();
  const condition = (value: Condition): string => printCondition(value);
  return (
    <>
      <h2 className="visually-hidden">{say('questions')}</h2>
      <ol className="questions">
        {survey.plan.questions.map((question) => (
          <li key={question.code}>
            <h3>{pick(question.title)}</h3>
            <p className="muted">
              <code>{question.code}</code> · {say(TYPE_WORDS[question.type])}
              {question.required ? ` · ${say('required')}` : ''}
            </p>
            {question.visibleIf ? (
              <p className="muted">{say('askedIf', { condition: condition(question.visibleIf) })}</p>
            ) : null}
            {question.choices.length > 0 ? (
              <ul className="choices">
                {question.choices.map((choice) => (
                  <li key={choice.code}>
                    <kbd title={say('key')}>{choice.key ?? '–'}</kbd> {pick(choice.title)}{' '}
                    <code className="muted">{choice.code}</code>
                  </li>
                ))}
              </ul>
            ) : null}
          </li>
        ))}
      </ol>
    </>
  );
}

function Indicators({ survey }: { survey: SurveyView }) {
  const { say, pick, lang } = useSpeech();
  const { plan, set } = survey;
  const join = (texts: readonly string[]): string => texts.join(lang === 'zh' ? '；' : '; ') || say('none');
  return (
    <Table
      caption={say('indicators')}
      rows={set.indicators}
      keyOf={({ code }) => code}
      columns={[
        {
          head: say('indicator'),
          names: true,
          cell: ({ code, title }) => (
            <>
              {pick(title)}
              <span className="under">
                <code>{code}</code>
                {set.headline.includes(code) ? ` · ${say('headline')}` : ''}
              </span>
            </>
          ),
        },
        ...(
          [
            ['counted', 'positive'],
            ['notCounted', 'negative'],
            ['outside', 'not-asked'],
          ] as const
        ).map(([word, kind]) => ({
          head: say(word),
          cell: (indicator: SurveyView['set']['indicators'][number]) =>
            join(describeOutcomes(indicator, plan, kind).map(pick)),
        })),
        {
          head: say('methodDenominator'),
          cell: ({ denominator }) => say(denominator === 'all-eligible' ? 'denominatorAll' : 'denominatorPosition'),
        },
      ]}
    />
  );
}

function Differences({ differences }: { differences: readonly Difference[] }) {
  const { say, pick } = useSpeech();
  if (differences.length === 0) return <p>{say('differencesNone')}</p>;
  return (
    <Table
      caption={say('differences')}
      rows={differences}
      keyOf={({ kind, place, text }) => `${kind} ${place} ${text.zh}`}
      columns={[
        { head: say('place'), names: true, cell: ({ place }) => (place ? <code>{place}</code> : say('all')) },
        { head: say('what'), cell: ({ text }) => pick(text) },
      ]}
    />
  );
}

async function readJson(file: File | null | undefined): Promise<unknown> {
  if (!file) throw new RangeError('no file');
  try {
    return JSON.parse(await file.text());
  } catch (error) {
    throw new ApiError('JSON_BAD', { file: file.name, reason: error instanceof Error ? error.message : '' });
  }
}

const isSame = ({ differences }: PublishReport): boolean => differences !== null && differences.length === 0;

export function PublishPage() {
  const { say } = useSpeech();
  return (
    <Page title={say('publish')} lead={say('publishLead')}>
      <CheckedUpload<PublishReport>
        fields={[
          { label: say('definitionFile'), accept: '.json,application/json' },
          { label: say('indicatorsFile'), accept: '.json,application/json' },
        ]}
        send={async ([definition, indicators], dryRun) =>
          publishSurvey(await readJson(definition), await readJson(indicators), dryRun)
        }
        title={(report) =>
          isSame(report)
            ? say('publishSame', { version: report.version })
            : `${report.surveyCode} · ${say('versionNumber', { version: report.version })}`
        }
        review={(report) => (
          <>
            <Problems title={say('warnings')} problems={report.findings} />
            <h3>{say('differences')}</h3>
            {report.differences === null ? (
              <p>{say('differencesFirst')}</p>
            ) : (
              <Differences differences={report.differences} />
            )}
          </>
        )}
        confirm={(report) => (isSame(report) ? null : say('publishConfirm', { version: report.version }))}
        done={({ surveyCode, version }) => (
          <>
            <p>{say('publishDone', { survey: surveyCode, version })}</p>
            <p>
              <Link href={`/surveys/${surveyCode}?version=${version}`}>{say('seeVersion')}</Link>
            </p>
          </>
        )}
        back="/surveys"
      />
    </Page>
  );
}
