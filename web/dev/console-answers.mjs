export class SiteConsole {
  answer() { return [404, { title: "Not found", status: 404, code: "FDD-3000", params: {} }]; }
}
