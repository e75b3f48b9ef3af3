export default (req, res) => res.end()
