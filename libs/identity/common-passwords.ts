/** The commonest passwords of public leaks that are long enough to pass, in lower case. */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `000000000000 111111111111 121212121212 123123123123 123321123321 123412341234 123456123456 1234567890-=
  123456789012 1234567890123 12345678901234 123456789012345 1234567890qwerty 123456789abc 123456789qwerty 123456qwerty
  123qweasdzxc 1a2b3c4d5e6f 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i 1qaz2wsx3edc 1qaz2wsx3edc4rfv 1qazxsw23edc
  aa123456789. abc123456789 abcd12345678 abcdefghijkl abcdefghijklm administrator administrator1 asdfghjkl123
  asdfghjkl;'  asdfghjklqwerty changemechangeme charlie12345 chelsea12345 computer1234 correcthorsebatterystaple
  dragon123456 football1234 fuckyoufuckyou gfhjkmgfhjkm hello1234567 iloveyou1234 iloveyou12345 iloveyou123456
  iloveyouforever iloveyousomuch jesuschrist1 justinbieber letmein12345 letmeinletmein liverpool123 manchester1
  manchesterunited michael12345 michaeljackson monkey123456 motherfucker mynameis1234 p@ssw0rd1234 passw0rd1234
  password1234 password12345 password123456 password1234567 password12345678 password123456789 passwordpassword
  pokemon12345 princess1234 q1w2e3r4t5y6 q1w2e3r4t5y6u7 qazwsxedc123 qazwsxedcrfv qazwsxedcrfvtgb qqqqqqqqqqqq
  qwer1234qwer qwerasdfzxcv qwerty123456 qwerty1234567 qwerty12345678 qwerty123456789 qwertyqwerty qwertyuiop[]
  qwertyuiop12 qwertyuiop123 qwertyuiop1234 qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm sunshine1234 superman1234
  superman12345 trustno1trustno1 unbelievable welcome12345 welcome123456 whatever1234 zaq12wsxcde3 zxcvbnm12345
  zxcvbnm123456 zxcvbnmasdfghjkl zxcvbnmzxcvbnm`.split(/\s+/),
);
