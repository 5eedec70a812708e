import { chooseLanguage, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { useTheme } from '../../lib/theme.ts';
import { ChoiceRow, Row, Section } from './Section.tsx';

export function Appearance() {
  const words = useMessages().settings;
  const language = useLanguage();
  const [theme, setTheme] = useTheme();
  return (
    <Section title={words.appearance}>
      <ChoiceRow
        label={words.language}
        value={language}
        options={[
          ['es', 'Español'],
          ['en', 'English'],
        ]}
        onChange={chooseLanguage}
      />
      <ChoiceRow
        label={words.theme}
        value={theme}
        options={[
          ['system', words.themes.system],
          ['light', words.themes.light],
          ['dark', words.themes.dark],
        ]}
        onChange={setTheme}
      />
      <Row label={words.shortcuts}>
        <kbd className="rounded border border-line-strong bg-sunken px-2 py-0.5 font-sans text-sm">?</kbd>
      </Row>
    </Section>
  );
}
