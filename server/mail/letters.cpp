// SPDX-License-Identifier: Apache-2.0
#include "server/mail/letters.hpp"

namespace cardea::server::mail {
namespace {

/// One letter in the languages of Language, in their order.
using InAllLanguages = LetterPattern[language_count];

constexpr InAllLanguages invitation{
    {"Your key for {doors}",
     "Hello {person},\n\n{workspace} lets you in: {doors}, from {from} to {to}.\n\nOpen this link on the phone that you will "
     "have with you at the door:\n\n{link}\n\nIt puts the key on that phone, and is good until {expires}. Keep it to yourself: "
     "whoever opens it first has the key. If you were not expecting this, leave it alone."},
    {"{doors} 的钥匙",
     "{person}，您好：\n\n{workspace} 邀请您进入：{doors}，时间为 {from} 至 {to}。\n\n请在您随身携带的手机上打开此链接：\n\n"
     "{link}\n\n它会把钥匙存入该手机，有效期至 "
     "{expires}。请勿转发：谁先打开，钥匙就归谁。如果您并未等待此邀请，请忽略本邮件。"},
    {"Ihr Schlüssel für {doors}",
     "Guten Tag {person}\n\n{workspace} lässt Sie ein: {doors}, von {from} bis {to}.\n\nÖffnen Sie diesen Link auf dem "
     "Telefon, "
     "das Sie an der Tür bei sich haben:\n\n{link}\n\nEr bringt den Schlüssel auf dieses Telefon und gilt bis {expires}. Geben "
     "Sie ihn nicht weiter: Wer ihn zuerst öffnet, hat den Schlüssel. Wenn Sie nichts erwartet haben, lassen Sie ihn einfach "
     "liegen."},
};

constexpr InAllLanguages access_ended{
    {"Your access has ended: {doors}",
     "Hello {person},\n\n{workspace} has ended your access to {doors}.\n\nIf you think that this is a mistake, ask them. This "
     "message needs no answer."},
    {"您的通行权限已结束：{doors}",
     "{person}，您好：\n\n{workspace} 已结束您对 {doors} 的通行权限。\n\n如果您认为有误，请直接联系对方。本邮件无需回复。"},
    {"Ihr Zutritt ist beendet: {doors}",
     "Guten Tag {person}\n\n{workspace} hat Ihren Zutritt zu {doors} beendet.\n\nWenn Sie das für einen Irrtum halten, fragen "
     "Sie "
     "dort nach. Auf diese Nachricht müssen Sie nicht antworten."},
};

constexpr InAllLanguages access_changed{
    {"Your access has changed: {doors}",
     "Hello {person},\n\n{workspace} has changed your access. It is now: {doors}, from {from} to {to}, {times}.\n\nYou need "
     "to do nothing: the key on your phone goes on."},
    {"您的通行权限已更改：{doors}",
     "{person}，您好：\n\n{workspace} 更改了您的通行权限。现为：{doors}，时间为 {from} 至 "
     "{to}，{times}。\n\n您无需操作，手机上的钥匙继续有"
     "效。"},
    {"Ihr Zutritt hat sich geändert: {doors}",
     "Guten Tag {person}\n\n{workspace} hat Ihren Zutritt geändert. Er gilt nun so: {doors}, von {from} bis {to}, "
     "{times}.\n\nSie "
     "müssen "
     "nichts tun: Der Schlüssel auf Ihrem Telefon gilt weiter."},
};

constexpr InAllLanguages code{
    {"Your code for {door}", "{door}: your code is {code}. It opens once, within the next {minutes} minutes."},
    {"{door} 的开门码", "{door}：您的开门码是 {code}。请在 {minutes} 分钟内使用，仅可开门一次。"},
    {"Ihr Code für {door}",
     "{door}: Ihr Code ist {code}. Er öffnet ein einziges Mal, innerhalb der nächsten {minutes} Minuten."},
};

constexpr InAllLanguages operator_invitation{
    {"You are invited to Cardea at {workspace}",
     "Hello {person},\n\nyou are invited to manage {workspace} on Cardea, as {role}. Choose a password with this invitation "
     "before {expires}:\n\n{word}\n\nIt is good once. If you were not expecting it, leave it alone."},
    {"邀请您使用 {workspace} 的 Cardea",
     "{person}，您好：\n\n您受邀在 Cardea 上管理 {workspace}，角色为 {role}。请在 {expires} "
     "之前用此邀请码设置密码：\n\n{word}\n\n"
     "它仅可使用一次。如果您并未等待此邀请，请忽略本邮件。"},
    {"Einladung zu Cardea bei {workspace}",
     "Guten Tag {person}\n\nSie sind eingeladen, {workspace} in Cardea zu verwalten, als {role}. Wählen Sie mit dieser "
     "Einladung "
     "ein Passwort, spätestens am {expires}:\n\n{word}\n\nSie gilt einmal. Wenn Sie nichts erwartet haben, lassen Sie sie "
     "einfach "
     "liegen."},
};

constexpr InAllLanguages recovery_begun{
    {"Recovery of your Cardea account",
     "Hello {person},\n\nsomebody asked to recover your Cardea account.\n\nIf that was not you: sign in as usual, and it ends. "
     "If you cannot, tell an owner.\n\nIf it was you: this word alone is not enough. Another owner can approve the recovery, "
     "and then it is; or a second mail with another word comes at {opens}.\n\n{word}"},
    {"找回您的 Cardea 账户",
     "{person}，您好：\n\n有人请求找回您的 Cardea "
     "账户。\n\n如果不是您本人：照常登录即可终止。如果无法登录，请告知一位所有者。\n\n"
     "如果是您本人：仅凭此码还不够。其他所有者可以批准找回，之后它才有效；否则将在 {opens} "
     "收到含另一个码的第二封邮件。\n\n{word}"},
    {"Wiederherstellung Ihres Cardea-Kontos",
     "Guten Tag {person}\n\nJemand möchte Ihr Cardea-Konto wiederherstellen.\n\nWenn Sie das nicht waren: Melden Sie sich wie "
     "gewohnt an, dann endet es. Wenn Sie das nicht können, sagen Sie es einem Eigentümer.\n\nWenn Sie es waren: Dieses Wort "
     "allein genügt nicht. Ein anderer Eigentümer kann die Wiederherstellung freigeben, dann genügt es; oder um {opens} kommt "
     "eine zweite Nachricht mit einem anderen Wort.\n\n{word}"},
};

constexpr InAllLanguages recovery_begun_totp{
    {"Recovery of your Cardea account",
     "Hello {person},\n\nsomebody asked to recover your Cardea account.\n\nIf that was not you: sign in as usual, and it ends. "
     "If you cannot, tell an owner.\n\nIf it was you: choose a new password with this word, together with a code of your "
     "authenticator app or a recovery code. Without either, another owner can approve it.\n\n{word}"},
    {"找回您的 Cardea 账户",
     "{person}，您好：\n\n有人请求找回您的 Cardea "
     "账户。\n\n如果不是您本人：照常登录即可终止。如果无法登录，请告知一位所有者。\n\n"
     "如果是您本人：请用此码，加上身份验证器应用的验证码或一个恢复码，设置新密码。若两者都没有，可由其他所有者批准。\n\n{"
     "word}"},
    {"Wiederherstellung Ihres Cardea-Kontos",
     "Guten Tag {person}\n\nJemand möchte Ihr Cardea-Konto wiederherstellen.\n\nWenn Sie das nicht waren: Melden Sie sich wie "
     "gewohnt an, dann endet es. Wenn Sie das nicht können, sagen Sie es einem Eigentümer.\n\nWenn Sie es waren: Wählen Sie "
     "mit "
     "diesem Wort ein neues Passwort, zusammen mit einem Code Ihrer Authenticator-App oder einem Wiederherstellungscode. Ohne "
     "beides kann ein anderer Eigentümer es freigeben.\n\n{word}"},
};

constexpr InAllLanguages recovery_notice{
    {"Somebody asked to recover the account of {who}",
     "Hello {person},\n\nsomebody asked to recover the Cardea account of {who} ({email}). If they did not tell you so "
     "themselves, ask them, and end the recovery."},
    {"有人请求找回 {who} 的账户",
     "{person}，您好：\n\n有人请求找回 {who}（{email}）的 Cardea 账户。如果对方没有亲自告知您，请与其确认，并终止找回。"},
    {"Jemand möchte das Konto von {who} wiederherstellen",
     "Guten Tag {person}\n\nJemand möchte das Cardea-Konto von {who} ({email}) wiederherstellen. Wenn Sie das nicht von dieser "
     "Person selbst wissen, fragen Sie nach, und beenden Sie die Wiederherstellung."},
};

constexpr InAllLanguages recovery_open{
    {"The recovery of your Cardea account is open",
     "Hello {person},\n\nthe recovery of your Cardea account that was asked for two days ago is open now.\n\nIf that was not "
     "you: sign in as usual, and it ends. If it was you: choose a new password with this word before {expires}:\n\n{word}"},
    {"您的 Cardea 账户现在可以找回",
     "{person}，您好：\n\n两天前请求的 Cardea 账户找回现已开放。\n\n如果不是您本人：照常登录即可终止。如果是您本人：请在 "
     "{expires} 之"
     "前用此码设置新密码：\n\n{word}"},
    {"Die Wiederherstellung Ihres Cardea-Kontos ist offen",
     "Guten Tag {person}\n\nDie Wiederherstellung Ihres Cardea-Kontos, um die vor zwei Tagen gebeten wurde, ist jetzt "
     "offen.\n\nWenn Sie das nicht waren: Melden Sie sich wie gewohnt an, dann endet sie. Wenn Sie es waren: Wählen Sie mit "
     "diesem Wort bis {expires} ein neues Passwort:\n\n{word}"},
};

constexpr InAllLanguages alert{
    {"Alert: {what}, {where}",
     "Hello {person},\n\n{what}\n\n{where}, {when}\n\n{advice}\n\nYou get this because an alert rule names you."},
    {"警报：{what}，{where}",
     "{person}，您好：\n\n{what}\n\n{where}，{when}\n\n{advice}\n\n您收到此邮件，是因为某条警报规则指定了您。"},
    {"Alarm: {what}, {where}",
     "Guten Tag {person}\n\n{what}\n\n{where}, {when}\n\n{advice}\n\nSie erhalten dies, weil eine Alarmregel Sie nennt."},
};

const InAllLanguages& patterns_of(Letter letter) {
  switch (letter) {  // no default: a new letter does not compile until it is written
    case Letter::kInvitation: return invitation;
    case Letter::kAccessEnded: return access_ended;
    case Letter::kAccessChanged: return access_changed;
    case Letter::kCode: return code;
    case Letter::kOperatorInvitation: return operator_invitation;
    case Letter::kRecoveryBegun: return recovery_begun;
    case Letter::kRecoveryBegunTotp: return recovery_begun_totp;
    case Letter::kRecoveryNotice: return recovery_notice;
    case Letter::kRecoveryOpen: return recovery_open;
    case Letter::kAlert: return alert;
  }
  return alert;
}

}  // namespace

const LetterPattern& pattern_of(Letter letter, Language language) {
  return patterns_of(letter)[static_cast<std::size_t>(language)];
}

}  // namespace cardea::server::mail
