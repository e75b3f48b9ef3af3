export const connect = () => {}
