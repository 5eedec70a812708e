import { type ModelProvider, modelChoiceSchema, readModelChoice, type Settings } from '@destila/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleCheck, CircleX } from 'lucide-react';
import { type ReactNode, type SubmitEvent, useId, useState } from 'react';
import { api } from '../../lib/api.ts';
import { errorText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { MODEL_SERVERS, type ModelServer, serverOf, takesAddress } from '../models/model-servers.ts';
import { useModelChoices, useProviderModels } from '../models/useModels.ts';
import { IndexReader } from './IndexReader.tsx';
import { ModelKey } from './ModelKey.tsx';
import { Section } from './Section.tsx';
import { settingsQuery } from './settings-query.ts';

/** Who writes the person's summaries, with which key, and whether it works. */
export function LanguageModel() {
  const words = useMessages();
  const settings = useQuery(settingsQuery);
  return (
    <Section title={words.models.title}>
      {settings.isError && !settings.data && (
        <Problem title={words.settings.loadFailed} error={settings.error} onRetry={() => void settings.refetch()} />
      )}
      {settings.isPending && <div className="skeleton m-4 h-24" />}
      {settings.data && <Choice settings={settings.data} />}
      {settings.data && <IndexReader settings={settings.data} />}
    </Section>
  );
}

/** What stands in the first field: a server, or one of the two ways to have none. */
type Writer = 'installation' | 'extractive' | ModelServer;

function writerOf({ llm, llm_base_url }: Settings): Writer {
  if (llm === null || llm === 'auto') return 'installation';
  return serverOf(llm, llm_base_url) ?? 'extractive';
}

function Choice({ settings }: { settings: Settings }) {
  const words = useMessages().models;
  const choices = useModelChoices().data;
  const id = useId();
  const [writer, setWriter] = useState<Writer>(() => writerOf(settings));
  const use = useChoose();
  const choose = (chosen: string) => {
    const server = MODEL_SERVERS.find((one) => one.id === chosen);
    const next = server ?? (chosen === 'extractive' ? 'extractive' : 'installation');
    setWriter(next);
    use.reset();
    if (!server) use.mutate({ llm: next === 'extractive' ? 'extractive' : null, llm_base_url: null });
  };
  const servers = MODEL_SERVERS.filter(({ isLocal }) => !isLocal || choices?.private_servers !== false);
  const installed = choices?.installation;
  return (
    <>
      <div className="flex min-h-13 flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-2.5">
        <label htmlFor={id} className="text-sm">
          {words.writer}
        </label>
        <select
          id={id}
          value={typeof writer === 'string' ? writer : writer.id}
          onChange={(event) => choose(event.target.value)}
          className="control h-9 w-full px-2 text-sm text-ellipsis sm:w-96"
        >
          <option value="installation">
            {installed === 'extractive'
              ? words.installationHasNone
              : installed
                ? words.installationIs(installed)
                : words.installation}
          </option>
          <option value="extractive">{words.extractive}</option>
          <optgroup label={words.servers}>
            {servers.map((server) => (
              <option key={server.id} value={server.id}>
                {server.name ?? words.otherServer}
              </option>
            ))}
          </optgroup>
        </select>
      </div>
      {typeof writer !== 'string' && <ServerFields key={writer.id} server={writer} settings={settings} />}
    </>
  );
}

/** Its key, address and model. Saved and tried by one button. */
function ServerFields({ server, settings }: { server: ModelServer; settings: Settings }) {
  const words = useMessages().models;
  const id = useId();
  const isChosen = settings.llm !== null && serverOf(settings.llm, settings.llm_base_url)?.id === server.id;
  const [model, setModel] = useState(isChosen ? (readModelChoice(settings.llm ?? '')?.model ?? '') : '');
  const [address, setAddress] = useState((isChosen ? settings.llm_base_url : null) ?? server.address ?? '');
  const [key, setKey] = useState('');
  const state = useModelChoices().data?.providers.find(({ provider }) => provider === server.provider);
  const hasKey = Boolean(state?.key_since || state?.installation_key);
  const canList = isChosen || (server.provider !== 'openai-compatible' && (server.key === 'possible' || hasKey));
  const list = useProviderModels(server.provider, isChosen ? settings.llm_base_url : null, canList);
  const use = useChoose();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const llm_base_url = takesAddress(server.provider) ? address.trim() || null : null;
    const choice = { llm: `${server.provider}:${model.trim()}`, llm_base_url, test: true };
    const pasted = key.trim() ? { provider: server.provider, key: key.trim() } : undefined;
    use.mutate({ ...choice, pasted }, { onSuccess: () => setKey('') });
  };
  const changed = () => use.reset();
  return (
    <>
      <ModelKey server={server} state={state} value={key} onValue={setKey} onChange={changed} />
      <form onSubmit={submit} onChange={changed} className="divide-y divide-line">
        {takesAddress(server.provider) && (
          <Field id={`${id}-address`} label={words.address}>
            <input
              id={`${id}-address`}
              type="url"
              required={server.provider === 'openai-compatible'}
              maxLength={2048}
              value={address}
              placeholder={server.address ?? 'https://…/v1'}
              spellCheck={false}
              onChange={(event) => setAddress(event.target.value)}
              className="control h-9 w-full px-2.5 text-sm sm:w-80"
            />
          </Field>
        )}
        <Field id={`${id}-model`} label={words.model}>
          <input
            id={`${id}-model`}
            list={`${id}-list`}
            required
            maxLength={180}
            value={model}
            placeholder={words.example(server.example)}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            onChange={(event) => setModel(event.target.value)}
            className="control h-9 w-full px-2.5 text-sm sm:w-80"
          />
          <datalist id={`${id}-list`}>
            {list?.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </Field>
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
          <Outcome {...use} />
          <Button type="submit" look="primary" className="ml-auto" disabled={use.isPending || !isModel(server, model)}>
            {use.isPending ? words.testing : words.saveAndTest}
          </Button>
        </div>
      </form>
    </>
  );
}

function isModel({ provider }: ModelServer, model: string): boolean {
  return modelChoiceSchema.safeParse(`${provider}:${model.trim()}`).success;
}

function Field({ id, label, children }: { id: string; label: string; children: ReactNode }) {
  return (
    <div className="flex min-h-13 flex-wrap items-center justify-between gap-x-6 gap-y-1.5 px-4 py-2.5">
      <label htmlFor={id} className="text-sm">
        {label}
      </label>
      {children}
    </div>
  );
}

/** What came of the test, in a place that is announced. */
function Outcome({ data, error }: Pick<ReturnType<typeof useChoose>, 'data' | 'error'>) {
  const words = useMessages().models;
  const language = useLanguage();
  const problem = error && errorText(error, language);
  return (
    <p role="status" className="min-h-5 min-w-0 flex-1 basis-60 text-sm wrap-anywhere">
      {data?.tested && (
        <span className="inline-flex items-center gap-2 text-good">
          <CircleCheck className="size-4 shrink-0" aria-hidden="true" />
          {words.answers(data.tested)}
        </span>
      )}
      {problem && (
        <span className="inline-flex gap-2">
          <CircleX className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden="true" />
          <span>
            <span className="text-danger">{problem.message}</span> {problem.hint}
          </span>
        </span>
      )}
    </p>
  );
}

interface ChosenModel {
  llm: string | null;
  llm_base_url: string | null;
  /** A key that was pasted and not kept yet. */
  pasted?: { provider: ModelProvider; key: string } | undefined;
  test?: boolean;
}

/** Saves the choice and, if asked to, finds out whether it works; a choice that does not work yet stays chosen. */
function useChoose() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ test, pasted, ...choice }: ChosenModel) => {
      if (pasted) await api.keepModelKey(pasted.provider, pasted.key);
      client.setQueryData(settingsQuery.queryKey, await api.editSettings(choice));
      if (!test || choice.llm === null) return { tested: null };
      return { tested: (await api.testModel({ model: choice.llm })).model };
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['models'] }),
  });
}
