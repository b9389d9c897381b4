import { NativeSelect } from '@mantine/core';
import { ChevronsUpDown, Languages } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, type Language, languages } from '../../language';

/** Changes the language of this browser. The browser's own list keeps the code of menus out of the sign-in page. */
export function LanguageSwitch(): React.ReactNode {
  const { t, i18n } = useTranslation();
  return (
    <NativeSelect
      variant="unstyled"
      size="sm"
      aria-label={t('app.userMenu.language')}
      leftSection={<Languages size={16} aria-hidden />}
      leftSectionPointerEvents="none"
      rightSection={<ChevronsUpDown size={14} aria-hidden />}
      value={i18n.language}
      onChange={({ currentTarget }) => void chooseLanguage(currentTarget.value as Language)}
      data={Object.entries(languages).map(([value, label]) => ({ value, label, lang: value }))}
      styles={{ input: { color: 'var(--mantine-color-dimmed)', cursor: 'pointer' } }}
    />
  );
}
