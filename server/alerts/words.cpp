// SPDX-License-Identifier: Apache-2.0
#include "server/alerts/words.hpp"

#include <fmt/format.h>

namespace cardea::server::alerts {
namespace {

/// In the languages of Language, in their order.
using InAllLanguages = Words[language_count];

constexpr InAllLanguages door_forced{
    {"The door was forced open", "Nothing had released it. Send somebody to look, then acknowledge the alert."},
    {"门被强行打开", "此前没有任何放行。请派人查看，然后确认警报。"},
    {"Die Tür wurde aufgebrochen", "Nichts hatte sie freigegeben. Lassen Sie nachsehen, und quittieren Sie dann den Alarm."},
};
constexpr InAllLanguages door_left_open{
    {"The door stands open", "Have it shut. The alert closes when it is."},
    {"门未关闭", "请关门。门关好后警报自动关闭。"},
    {"Die Tür steht offen", "Lassen Sie sie schließen. Der Alarm endet damit."},
};
constexpr InAllLanguages tamper{
    {"Somebody is at the lock's cover", "It is off, or somebody pries. Send somebody to look, then acknowledge the alert."},
    {"门锁外壳被动", "外壳被打开或被撬动。请派人查看，然后确认警报。"},
    {"Jemand macht sich am Schloss zu schaffen",
     "Seine Abdeckung ist ab, oder es wird gehebelt. Lassen Sie nachsehen, und quittieren Sie dann den Alarm."},
};
constexpr InAllLanguages battery_low{
    {"The lock's battery is low", "Change it in the next weeks. The alert closes when the lock feels the new one."},
    {"门锁电量低", "请在数周内更换电池。门锁检测到新电池后警报自动关闭。"},
    {"Die Batterie des Schlosses ist schwach", "Wechseln Sie sie in den nächsten Wochen. Der Alarm endet mit der neuen."},
};
constexpr InAllLanguages battery_critical{
    {"The lock's battery is nearly empty", "Change it now: without it the door opens with its mechanical key only."},
    {"门锁电量即将耗尽", "请立即更换电池：断电后只能用机械钥匙开门。"},
    {"Die Batterie des Schlosses ist fast leer", "Wechseln Sie sie jetzt: Ohne sie öffnet nur noch der mechanische Schlüssel."},
};
constexpr InAllLanguages clock_lost{
    {"The lock has lost its clock",
     "One-time codes do not open until it has the time again: connect it, or type a clock code."},
    {"门锁时钟丢失", "恢复时间之前，一次性开门码无效：请让门锁联网，或输入校时码。"},
    {"Das Schloss hat seine Uhr verloren",
     "Einmalcodes öffnen erst wieder, wenn es die Zeit kennt: Verbinden Sie es, oder geben Sie einen Uhrcode ein."},
};
constexpr InAllLanguages clock_uncertain{
    {"The lock's clock is set by a code alone", "It may be off by some minutes until the lock hears from the platform."},
    {"门锁时钟仅由校时码设置", "在门锁与平台通信之前，时间可能相差几分钟。"},
    {"Die Uhr des Schlosses ist nur nach einem Code gestellt",
     "Sie kann um Minuten falsch gehen, bis das Schloss die Plattform hört."},
};
constexpr InAllLanguages clock_refused{
    {"The lock refused the platform's time",
     "One of the two clocks is wrong, or somebody tries to move the lock's. Look at both."},
    {"门锁拒绝了平台时间", "两者之一的时钟有误，或有人试图改动门锁时间。请检查两边。"},
    {"Das Schloss hat die Zeit der Plattform abgelehnt",
     "Eine der beiden Uhren geht falsch, oder jemand will die des Schlosses verstellen. Sehen Sie bei beiden nach."},
};
constexpr InAllLanguages lock_jammed{
    {"The lock is jammed", "Its motor could not open. Have bolt and door looked at. The alert closes with the next opening."},
    {"门锁卡住", "电机无法开锁。请检查锁舌和门。下次成功开门后警报自动关闭。"},
    {"Das Schloss klemmt",
     "Sein Motor konnte nicht öffnen. Lassen Sie Riegel und Tür prüfen. Der Alarm endet mit der nächsten Öffnung."},
};
constexpr InAllLanguages lock_offline{
    {"The lock is offline",
     "Codes still open it; news does not reach it. Look at its network. The alert closes when it is back."},
    {"门锁离线", "开门码仍然有效，但更改无法送达。请检查其网络。恢复联网后警报自动关闭。"},
    {"Das Schloss ist offline",
     "Codes öffnen weiterhin; Neues erreicht es nicht. Prüfen Sie sein Netz. Der Alarm endet, wenn es zurück ist."},
};
constexpr InAllLanguages lock_reset{
    {"Something calls itself this lock and asks to be activated",
     "The lock was set back to its factory state, or somebody pretends to be it. Go and look before you activate anything."},
    {"有设备自称是此门锁并请求激活", "门锁被恢复出厂设置，或有人冒充。请先现场查看，再决定是否激活。"},
    {"Etwas gibt sich als dieses Schloss aus und will aktiviert werden",
     "Das Schloss wurde zurückgesetzt, oder jemand gibt sich dafür aus. Sehen Sie nach, bevor Sie etwas aktivieren."},
};
constexpr InAllLanguages guessing{
    {"Somebody guesses codes at the keypad", "Look who stands there. The keypad makes them wait by itself."},
    {"有人在键盘上猜测密码", "请查看门前是谁。键盘会自动延长等待时间。"},
    {"Jemand rät Codes am Tastenfeld", "Sehen Sie nach, wer dort steht. Das Tastenfeld lässt von selbst warten."},
};
constexpr InAllLanguages undelivered{
    {"The lock has not received its newest credentials",
     "New ones do not open yet, ended ones may. Connect the lock, or carry a file to it."},
    {"门锁尚未收到最新凭证", "新凭证尚不能开门，已结束的可能仍能开门。请让门锁联网，或用文件送达。"},
    {"Das Schloss hat seine neuesten Berechtigungen nicht",
     "Neue öffnen noch nicht, beendete vielleicht noch. Verbinden Sie das Schloss, oder bringen Sie ihm eine Datei."},
};
constexpr InAllLanguages records_lost{
    {"Records of the lock are lost", "Its log was full before anybody fetched it. What happened in that time is not known."},
    {"门锁记录丢失", "日志在读取前已满。期间发生的事情无从得知。"},
    {"Aufzeichnungen des Schlosses sind verloren",
     "Sein Protokoll war voll, bevor es jemand abholte. Was in dieser Zeit geschah, ist nicht bekannt."},
};
constexpr InAllLanguages chain_broken{
    {"The lock's records contradict themselves",
     "Somebody may have opened or copied the lock. Take it off the door and examine it."},
    {"门锁记录自相矛盾", "门锁可能被拆开或复制。请拆下检查。"},
    {"Die Aufzeichnungen des Schlosses widersprechen sich",
     "Vielleicht wurde es geöffnet oder kopiert. Nehmen Sie es von der Tür, und untersuchen Sie es."},
};
constexpr InAllLanguages webhook_disabled{
    {"A webhook was given up", "Its address took nothing for three days. Mend it, then set the webhook to active again."},
    {"一个 webhook 已停用", "其地址三天未接收任何内容。请修复后重新启用。"},
    {"Ein Webhook wurde aufgegeben",
     "Seine Adresse nahm drei Tage lang nichts an. Beheben Sie das, und aktivieren Sie ihn wieder."},
};
constexpr InAllLanguages rule_changed{
    {"An alert rule was changed or deleted", "If you do not know why, ask whoever did it: the event names them."},
    {"一条警报规则被更改或删除", "如果您不知道原因，请询问操作者：事件中有其标识。"},
    {"Eine Alarmregel wurde geändert oder gelöscht",
     "Wenn Sie nicht wissen, warum, fragen Sie nach: Das Ereignis nennt, wer es war."},
};
constexpr InAllLanguages insider_access{
    {"An operator gave access to themself", "If you do not know why, ask them, and end the access: the event names both."},
    {"一名操作员给自己授予了通行权限", "如果您不知道原因，请询问并终止该权限：事件中有双方标识。"},
    {"Jemand hat sich selbst Zutritt gegeben",
     "Wenn Sie nicht wissen, warum, fragen Sie nach, und beenden Sie den Zutritt: Das Ereignis nennt beide."},
};
constexpr InAllLanguages certificate_ends{
    {"The platform's TLS certificate ends soon",
     "Have it renewed: from then on no browser and no lock believes the platform. Codes open all the same. The alert closes "
     "with "
     "the new one."},
    {"平台的 TLS 证书即将到期", "请更新证书：到期后浏览器和门锁都不再信任平台。开门码仍然有效。换上新证书后警报自动关闭。"},
    {"Das TLS-Zertifikat der Plattform endet bald",
     "Lassen Sie es erneuern: Danach glaubt der Plattform kein Browser und kein Schloss mehr. Codes öffnen weiterhin. Der "
     "Alarm "
     "endet mit dem neuen."},
};
constexpr InAllLanguages duress{
    {"Somebody was forced to open",
     "A duress PIN was typed. Do not call the person and do not go there alone: call the police. Nothing shows at the door."},
    {"有人被迫开门", "输入了胁迫密码。请勿致电当事人，也不要独自前往：请报警。门上不会显示任何异常。"},
    {"Jemand wurde gezwungen zu öffnen",
     "Eine Notfall-PIN wurde eingegeben. Rufen Sie die Person nicht an, gehen Sie nicht allein hin: Rufen Sie die Polizei. An "
     "der "
     "Tür ist nichts zu sehen."},
};

constexpr InAllLanguages campaign_halted{
    {"A firmware campaign has halted itself",
     "Too many locks did not take the image, or none did. Look at why, then resume the campaign or cancel it."},
    {"固件升级活动已自动中止", "未能升级的门锁过多，或没有一把成功。请查明原因，然后继续或取消该活动。"},
    {"Eine Firmware-Verteilung hat sich selbst angehalten",
     "Zu viele Schlösser haben das Abbild nicht angenommen, oder keines. Sehen Sie nach, warum; setzen Sie sie dann fort, oder "
     "brechen Sie sie ab."},
};

const InAllLanguages& all_of(AlertType type) {
  switch (type) {  // no default: a new type does not compile until it is written
    case AlertType::kDoorForced: return door_forced;
    case AlertType::kDoorLeftOpen: return door_left_open;
    case AlertType::kTamper: return tamper;
    case AlertType::kBatteryLow: return battery_low;
    case AlertType::kBatteryCritical: return battery_critical;
    case AlertType::kClockLost: return clock_lost;
    case AlertType::kClockUncertain: return clock_uncertain;
    case AlertType::kClockRefused: return clock_refused;
    case AlertType::kLockJammed: return lock_jammed;
    case AlertType::kLockOffline: return lock_offline;
    case AlertType::kLockReset: return lock_reset;
    case AlertType::kGuessing: return guessing;
    case AlertType::kUndelivered: return undelivered;
    case AlertType::kRecordsLost: return records_lost;
    case AlertType::kChainBroken: return chain_broken;
    case AlertType::kWebhookDisabled: return webhook_disabled;
    case AlertType::kRuleChanged: return rule_changed;
    case AlertType::kInsiderAccess: return insider_access;
    case AlertType::kCertificateEnds: return certificate_ends;
    case AlertType::kDuress: return duress;
    case AlertType::kCampaignHalted: return campaign_halted;
  }
  return insider_access;
}

struct Phrases {
  std::string_view escalated;  ///< "{}" minutes, what
  std::string_view over;       ///< what
  std::string_view over_advice;
};
constexpr Phrases phrases[language_count] = {
    {"Nobody has acknowledged this for {} minutes: {}", "It is over: {}", "There is nothing to do: the alert is closed."},
    {"{} 分钟无人确认：{}", "已解除：{}", "无需处理：警报已关闭。"},
    {"Seit {} Minuten von niemandem quittiert: {}", "Es ist vorbei: {}", "Es ist nichts zu tun: Der Alarm ist geschlossen."},
};

}  // namespace

const Words& words_of(AlertType type, Language language) { return all_of(type)[static_cast<std::size_t>(language)]; }

std::string headline(AlertType type, Telling telling, Language language, std::uint64_t minutes) {
  const std::string_view what = words_of(type, language).what;
  const Phrases& phrase = phrases[static_cast<std::size_t>(language)];
  switch (telling) {
    case Telling::kOpened: return std::string(what);
    case Telling::kEscalated: return fmt::format(fmt::runtime(phrase.escalated), minutes, what);
    case Telling::kOver: return fmt::format(fmt::runtime(phrase.over), what);
  }
  return {};
}

std::string advice(AlertType type, Telling telling, Language language) {
  if (telling == Telling::kOver) return std::string(phrases[static_cast<std::size_t>(language)].over_advice);
  return std::string(words_of(type, language).advice);
}

}  // namespace cardea::server::alerts
