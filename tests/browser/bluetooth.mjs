// SPDX-License-Identifier: Apache-2.0
// A radio between Chromium and a real lock. Chromium emulates the peripheral (chooser, connection, service, writes); what the page
// writes goes to the near bearer of a running cardea-lock, and what the lock says comes back.
//
//   const person = await arrive({ flags: bluetoothFlags });
//   const radio = await Radio.of(person);                      // before the page is loaded
//   await radio.place({ name: "Cardea 0123abcd", door: "front" });
//   await radio.leave();
//
// One thing the emulation lacks: a notification that nobody asked for. So each packet of the lock makes the page's own
// characteristic read once; the value and the event that the app hears are then the browser's.
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { crc32 } from "node:zlib";
import { world } from "./browser.mjs";

export const bluetoothFlags = ["--enable-features=WebBluetooth"];

// As a vendor reads them in spec/bearer-bluetooth.md.
const service = "499f249e-4239-43a2-bd05-3077d60cad2b";
const toLock = "499f249f-4239-43a2-bd05-3077d60cad2b";
const fromLock = "499f24a0-4239-43a2-bd05-3077d60cad2b";
const clientConfiguration = "00002902-0000-1000-8000-00805f9b34fb";
const packetSizeMax = 20;

/** The near bearer of a lock, on its socket (spec/grant.md §5, bearer-serial.md §1). */
class Line {
  static types = { open: 0x02, opened: 0x03, message: 0x10 };

  static async open(door, hear) {
    const line = new Line();
    line.number = randomBytes(4);
    line.hear = hear;
    line.socket = connect(`${world.folder}/${door}/near.sock`);
    await new Promise((resolve, reject) => {
      line.socket.once("error", reject);
      line.opened = resolve;
      line.socket.on("data", (bytes) => line.take(bytes));
      line.send(Line.types.open);
    });
    return line;
  }

  send(type, body = Buffer.alloc(0)) {
    const content = Buffer.concat([Buffer.of(type), this.number, body]);
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(content));
    const escaped = [...content, ...crc].flatMap((byte) => (byte === 0xc0 ? [0xdb, 0xdc] : byte === 0xdb ? [0xdb, 0xdd] : [byte]));
    this.socket.write(Buffer.from([0xc0, ...escaped, 0xc0]));
  }

  frame = [];
  take(bytes) {
    for (const byte of bytes) {
      if (byte !== 0xc0) {
        this.frame.push(byte);
        continue;
      }
      const content = [];
      for (let at = 0; at < this.frame.length; at++) content.push(this.frame[at] === 0xdb ? (this.frame[++at] === 0xdc ? 0xc0 : 0xdb) : this.frame[at]);
      this.frame = [];
      if (content[0] === Line.types.opened) this.opened();
      if (content[0] === Line.types.message) this.hear(Buffer.from(content.slice(5, -4)));
    }
  }

  close() {
    this.socket.destroy();
  }
}

let places = 0;

/** There is one at a time in a browser. */
export class Radio {
  #lines = [];

  static async of(person) {
    const radio = new Radio();
    radio.person = person;
    await person.context.addInitScript(() => {
      const { startNotifications } = BluetoothRemoteGATTCharacteristic.prototype;
      BluetoothRemoteGATTCharacteristic.prototype.startNotifications = function () {
        globalThis.cardeaHears = this;
        return startNotifications.call(this);
      };
    });
    radio.browser = await person.context.browser().newBrowserCDPSession();
    radio.page = await person.context.newCDPSession(person.page);
    await radio.browser.send("BluetoothEmulation.enable", { state: "powered-on", leSupported: true });
    await radio.page.send("DeviceAccess.enable");
    const answered = new Set(); // the event comes more than once, and a second answer ends the browser
    radio.page.on("DeviceAccess.deviceRequestPrompted", ({ id, devices }) => {
      radio.offered = devices.map((device) => device.id);
      if (answered.has(id) || devices.length === 0) return;
      answered.add(id);
      radio.page.send("DeviceAccess.selectPrompt", { id, deviceId: devices[0].id });
    });
    return radio;
  }

  /** A peripheral that calls itself `name`, and behind it the lock of `door`; none: one that never answers. */
  async place({ name, door }) {
    const { browser, person } = this;
    const address = `09:09:09:09:09:${String(++places).padStart(2, "0")}`;
    const send = (what, more) => browser.send(`BluetoothEmulation.${what}`, more);
    await send("simulatePreconnectedPeripheral", { address, name, manufacturerData: [], knownServiceUuids: [service] });
    const { serviceId } = await send("addService", { address, serviceUuid: service });
    const add = (characteristicUuid, properties) => send("addCharacteristic", { serviceId, characteristicUuid, properties });
    const { characteristicId: into } = await add(toLock, { write: true, writeWithoutResponse: true });
    const { characteristicId: from } = await add(fromLock, { notify: true, read: true });
    await send("addDescriptor", { characteristicId: from, descriptorUuid: clientConfiguration });
    const said = [];
    let line;
    let reading = Promise.resolve(); // one at a time
    const hear = (packet) => {
      said.push(packet);
      reading = reading.then(() => person.page.evaluate(() => globalThis.cardeaHears.readValue().then(() => undefined)));
    };
    browser.on("BluetoothEmulation.gattOperationReceived", async (event) => {
      if (event.address !== address) return;
      if (event.type === "connection" && door !== undefined) {
        line?.close();
        line = await Line.open(door, hear);
        this.#lines.push(line);
      }
      await send("simulateGATTOperationResponse", { address, type: event.type, code: 0 });
    });
    browser.on("BluetoothEmulation.characteristicOperationReceived", async ({ characteristicId, type, data }) => {
      if (characteristicId !== into && characteristicId !== from) return;
      const answer = type === "read" ? { data: said.shift()?.toString("base64") ?? "" } : {};
      await send("simulateCharacteristicOperationResponse", { characteristicId, type, code: 0, ...answer });
      if (type !== "write") return;
      const packet = Buffer.from(data, "base64");
      if (packet.length > packetSizeMax) throw new Error(`a packet of ${packet.length} bytes`);
      line?.send(Line.types.message, packet);
    });
  }

  async leave() {
    for (const line of this.#lines) line.close();
    await this.browser.send("BluetoothEmulation.disable");
    await this.browser.detach();
  }
}
