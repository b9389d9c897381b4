import { ActionIcon, Tooltip } from '@mantine/core';
import { Search } from 'lucide-react';
import { lazy, Suspense, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Tool, useShortcuts } from './use-shortcuts';

const Palette = lazy(() => import('./palette'));
const KeyboardHelp = lazy(() => import('./keyboard-help'));

/** Opens the palette, as its keys do; both are fetched when they are opened first. */
export function PaletteButton({ organizationId }: { organizationId: number | undefined }): React.ReactNode {
  const { t } = useTranslation();
  const [tool, setTool] = useState<Tool>();
  const close = useCallback(() => setTool(undefined), []);
  useShortcuts(setTool);
  return (
    <>
      <Tooltip label={`${t('palette.title')} (Ctrl K)`}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={40}
          radius="xl"
          aria-label={t('palette.title')}
          aria-keyshortcuts="Control+K Meta+K"
          onClick={() => setTool('palette')}
        >
          <Search size={19} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Suspense>
        {tool === 'palette' && <Palette organizationId={organizationId} onClose={close} />}
        {tool === 'keys' && <KeyboardHelp onClose={close} />}
      </Suspense>
    </>
  );
}
