// SPDX-License-Identifier: Apache-2.0
#include "server/api/internal/invitation_words.hpp"

namespace cardea::server::api {

namespace {

constexpr InvitationWords english{
    .title = "A key for your phone",
    .what = "Somebody lets you in at a door, and this link brings the key for it to your phone.",
    .how =
        "Open it with the Cardea app on the phone that you will have with you at the door. Looking at this page uses nothing "
        "up.",
    .care = "Keep the link to yourself: whoever claims it first has the key.",
    .pin_title = "Or a PIN to type",
    .pin_what = "If you were told that you may choose a PIN, you need no app.",
    .link_label = "Your link",
    .link_hint = "Copy the whole link from the message that you got, with what follows the #, and paste it here.",
    .link_button = "Show my doors",
    .doors_title = "Your PINs at {}",
    .pin_label = "PIN for {}",
    .pin_hint = "{} digits. No date of birth, no row of digits: what is easy to guess is not taken.",
    .choose = "Take this PIN",
    .make = "Make one for me",
    .has_pin = "There is a PIN for this door already. If it is not yours or you forgot it, ask whoever invited you.",
    .no_doors = "None of your doors takes PINs.",
    .chosen = "The PIN that you chose for {} is taken.",
    .made = "Your PIN for {}. It is shown only now, so write it down:",
    .soon = "It opens once the door has heard of it, and not before your time begins.",
    .error_title = "Not yet: ",
    .no_invitation =
        "This is no link by which a PIN can be chosen, or it is not good any more. Paste all of it, or ask for a new "
        "one.",
    .wrong_digits = "Type exactly {} digits, or have one made for you.",
    .weak = "This one is too easy to guess. Choose another one.",
    .taken = "This PIN is not to be had at this door. Choose another one.",
    .choices_spent = "No more PINs can be chosen at this door today. Have one made for you.",
    .exists = "There is a PIN for this door already.",
    .too_many_tries = "Too many tries. Wait a few minutes, then try again.",
    .not_now = "The door takes no PIN at present. Ask whoever invited you."};

constexpr InvitationWords chinese{.title = "您手机上的钥匙",
                                  .what = "有人邀请您进门，此链接会把钥匙存入您的手机。",
                                  .how = "请在您开门时随身携带的手机上，用 Cardea 应用打开它。查看本页面不会消耗链接。",
                                  .care = "请勿转发此链接：谁先领取，钥匙就归谁。",
                                  .pin_title = "或使用 PIN 码开门",
                                  .pin_what = "如果邀请您的人说明您可以自选 PIN 码，则无需安装应用。",
                                  .link_label = "您的链接",
                                  .link_hint = "请从收到的消息中复制完整链接（包括 # 之后的部分），粘贴到此处。",
                                  .link_button = "显示我的门",
                                  .doors_title = "您在 {} 的 PIN 码",
                                  .pin_label = "{} 的 PIN 码",
                                  .pin_hint = "{} 位数字。请勿使用生日或连续数字：容易猜到的 PIN 码不会被接受。",
                                  .choose = "使用此 PIN 码",
                                  .make = "为我生成一个",
                                  .has_pin = "此门已有 PIN 码。如果不是您设置的，或您忘记了，请联系邀请您的人。",
                                  .no_doors = "您的门均不支持 PIN 码。",
                                  .chosen = "您为 {} 选择的 PIN 码已被接受。",
                                  .made = "您在 {} 的 PIN 码如下。它只显示这一次，请记下来：",
                                  .soon = "门锁收到后即可使用，但不会早于您的有效时间。",
                                  .error_title = "尚未完成：",
                                  .no_invitation = "此链接不能用于选择 PIN 码，或已失效。请粘贴完整链接，或索取新的链接。",
                                  .wrong_digits = "请输入恰好 {} 位数字，或让系统为您生成。",
                                  .weak = "此 PIN 码太容易被猜到，请另选一个。",
                                  .taken = "此门不能使用这个 PIN 码，请另选一个。",
                                  .choices_spent = "今天此门不能再自选 PIN 码，请让系统为您生成。",
                                  .exists = "此门已有 PIN 码。",
                                  .too_many_tries = "尝试次数过多，请等几分钟再试。",
                                  .not_now = "此门目前不接受 PIN 码，请联系邀请您的人。"};

constexpr InvitationWords german{
    .title = "Ein Schlüssel für Ihr Telefon",
    .what = "Jemand lässt Sie zu einer Tür herein, und dieser Link bringt den Schlüssel dafür auf Ihr Telefon.",
    .how =
        "Öffnen Sie ihn mit der Cardea-App auf dem Telefon, das Sie an der Tür bei sich haben. Diese Seite anzusehen "
        "verbraucht "
        "nichts.",
    .care = "Geben Sie den Link nicht weiter: Wer ihn zuerst einlöst, hat den Schlüssel.",
    .pin_title = "Oder eine PIN zum Tippen",
    .pin_what = "Wenn man Ihnen gesagt hat, dass Sie eine PIN wählen können, brauchen Sie keine App.",
    .link_label = "Ihr Link",
    .link_hint = "Kopieren Sie den ganzen Link aus Ihrer Nachricht, auch was nach dem # steht, und fügen Sie ihn hier ein.",
    .link_button = "Meine Türen zeigen",
    .doors_title = "Ihre PINs bei {}",
    .pin_label = "PIN für {}",
    .pin_hint = "{} Ziffern. Kein Geburtsdatum, keine Zahlenreihe: Was leicht zu erraten ist, wird nicht genommen.",
    .choose = "Diese PIN nehmen",
    .make = "Eine für mich erzeugen",
    .has_pin =
        "Für diese Tür gibt es schon eine PIN. Ist sie nicht von Ihnen oder haben Sie sie vergessen, fragen Sie, wer Sie "
        "eingeladen hat.",
    .no_doors = "Keine Ihrer Türen nimmt PINs.",
    .chosen = "Die PIN, die Sie für {} gewählt haben, ist angenommen.",
    .made = "Ihre PIN für {}. Sie wird nur jetzt gezeigt, schreiben Sie sie auf:",
    .soon = "Sie öffnet, sobald die Tür davon gehört hat, und nicht bevor Ihre Zeit beginnt.",
    .error_title = "Noch nicht: ",
    .no_invitation =
        "Mit diesem Link kann keine PIN gewählt werden, oder er gilt nicht mehr. Fügen Sie ihn ganz ein, oder bitten "
        "Sie um einen neuen.",
    .wrong_digits = "Tippen Sie genau {} Ziffern, oder lassen Sie eine erzeugen.",
    .weak = "Diese ist zu leicht zu erraten. Wählen Sie eine andere.",
    .taken = "Diese PIN ist an dieser Tür nicht zu haben. Wählen Sie eine andere.",
    .choices_spent = "An dieser Tür kann heute keine PIN mehr gewählt werden. Lassen Sie eine erzeugen.",
    .exists = "Für diese Tür gibt es schon eine PIN.",
    .too_many_tries = "Zu viele Versuche. Warten Sie einige Minuten, dann noch einmal.",
    .not_now = "Die Tür nimmt zurzeit keine PIN. Fragen Sie, wer Sie eingeladen hat."};

}  // namespace

const InvitationWords& invitation_words(Language language) {
  switch (language) {
    case Language::kEnglish: return english;
    case Language::kChinese: return chinese;
    case Language::kGerman: return german;
  }
  return english;
}

}  // namespace cardea::server::api
