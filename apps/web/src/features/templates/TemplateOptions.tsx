import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { templateName, useTemplates } from './useTemplates.ts';

/** The options of a `<select>` that names templates: the built-in ones, then the person's own. */
export function TemplateOptions() {
  const words = useMessages().templates;
  const language = useLanguage();
  const templates = useTemplates().data ?? [];
  const group = (label: string, isBuiltIn: boolean) => {
    const those = templates.filter((template) => template.is_built_in === isBuiltIn);
    if (those.length === 0) return null;
    return (
      <optgroup label={label}>
        {those.map((template) => (
          <option key={template.id} value={template.id}>
            {templateName(template, language)}
          </option>
        ))}
      </optgroup>
    );
  };
  return (
    <>
      {group(words.builtIn, true)}
      {group(words.own, false)}
    </>
  );
}
