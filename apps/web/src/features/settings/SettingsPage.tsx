import { useMessages } from '../../lib/i18n/index.ts';
import { App, useTitle } from '../shell/App.tsx';
import { Appearance } from './Appearance.tsx';
import { Categories } from './Categories.tsx';
import { Doctor } from './Doctor.tsx';
import { LanguageModel } from './LanguageModel.tsx';
import { NotesSettings } from './NotesSettings.tsx';
import { NotionSettings } from './NotionSettings.tsx';
import { Templates } from './Templates.tsx';

export function SettingsPage() {
  return (
    <App>
      <Settings />
    </App>
  );
}

function Settings() {
  const words = useMessages().settings;
  useTitle(words.title);
  return (
    <div className="mx-auto max-w-2xl">
      <h1 className="text-2xl font-semibold tracking-tight">{words.title}</h1>
      <Appearance />
      <NotesSettings />
      <NotionSettings />
      <LanguageModel />
      <Templates />
      <Categories />
      <Doctor />
    </div>
  );
}
