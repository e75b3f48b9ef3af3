import handler from './index'

test('lists posts', () => handler)
