import { Button, Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { Bookmark, Check, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { queryClient } from '../api/queries';
import { notifyDone, notifyFailure } from '../components/notify';
import { SaveViewDialog } from './save-view-dialog';
import { type SavedView, useOpenView, useSavedViews, viewsKey } from './use-saved-views';
import { viewQueryOf } from './view-address';

/** The reader's own views of this page's list: opens one, saves the present one, deletes the one that is shown. */
export function SavedViews(): React.ReactNode {
  const { t } = useTranslation();
  const { pathname, searchStr } = useLocation();
  const query = viewQueryOf(searchStr);
  const views = useSavedViews().filter(({ page }) => page === pathname);
  const shown = views.find((view) => view.query === query);
  const open = useOpenView();
  const remove = useRemoval();
  const [saving, setSaving] = useState(false);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<Bookmark size={16} aria-hidden />} maw={260}>
            {shown?.name ?? t('views.title')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown maw={320}>
          {views.map((view) => (
            <Menu.Item
              key={view.id}
              aria-current={view === shown ? 'true' : undefined}
              leftSection={view === shown ? <Check size={16} aria-hidden /> : <Bookmark size={16} aria-hidden />}
              onClick={() => open(view)}
            >
              {view.name}
            </Menu.Item>
          ))}
          {views.length > 0 && <Menu.Divider />}
          <Menu.Item leftSection={<Plus size={16} aria-hidden />} onClick={() => setSaving(true)}>
            {t('views.save')} …
          </Menu.Item>
          {shown && (
            <Menu.Item leftSection={<Trash2 size={16} aria-hidden />} onClick={() => remove(shown)}>
              {t('views.delete', { name: shown.name })}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {saving && <SaveViewDialog page={pathname} query={query} onClose={() => setSaving(false)} />}
    </>
  );
}

function useRemoval(): (view: SavedView) => void {
  const { t } = useTranslation();
  const removal = useMutation({
    mutationFn: ({ id }: SavedView) =>
      answer(api.DELETE('/api/v1/users/me/views/{viewId}', { params: { path: { viewId: id } } })),
    onSuccess: (_, { name }) => notifyDone(t('views.deleted', { name })),
    onError: notifyFailure,
    onSettled: () => queryClient.invalidateQueries({ queryKey: viewsKey }),
  });
  return removal.mutate;
}
