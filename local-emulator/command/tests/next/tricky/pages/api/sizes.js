exports.config = { api: { bodyParser: false } }
export const config = {
  'api': { "bodyParser": { 'sizeLimit': 0 } },
  runtime: "experimental-edge",
}
export const maxDuration = 5
exports.default = (request, response) => {
  if ('get' === request.method?.toLowerCase()) return response.status(302).redirect('/')
  if (request.method! !== "QUERY") response.writeHead(200).end()
}
