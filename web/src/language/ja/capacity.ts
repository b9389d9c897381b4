import type { capacity as english } from '../en/capacity';
import type { TranslationWithoutPlurals } from '../translation';

export const capacity: TranslationWithoutPlurals<typeof english> = {
  title: 'キャパシティ',
  text: 'シート数が足りているか、いつまで足りるかを示します。',
  period: '期間',
  days: '{{count}}日間',
  months: '月次レポート（CSV）',
  mailMe: '毎月メールで受け取る',
  none: 'シートはまだありません',
  noneText: '組織にシートが割り当てられると、足りているかどうかがここに表示されます。',
  subscribed: '契約数',
  inUse: '現在の使用数',
  peak: '同時使用数の最大',
  p99: '100時間中99時間で足りる数',
  p95: '100時間中95時間で足りる数',
  deniedUsers_other: '拒否されたユーザー（拒否{{count}}件）',
  suggested: '推奨数',
  answer: {
    missing_other: 'あと{{count}}シートあれば、全員が使用できます。',
    until: '現時点では足りています。このまま推移すると、{{on}}にすべてのシートが使用中になります。',
    enough: 'シート数は足りています。',
  },
  forecast: '破線は2週間の予測です。使用数は10時間中9時間で、その周囲の帯に収まります。日付はUTCです。',
  noForecast: '予測には8週間分のデータが必要です。日付はUTCです。',
  chart: {
    peak: '使用中',
    denials: '拒否',
    expected: '予測',
    band: '予測範囲',
    subscribed: '契約数',
    summary: '同時使用シート数の最大：{{peak}}。契約数：{{subscribed}}。',
  },
};
