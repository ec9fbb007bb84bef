import { type Details, fill, type Lang, type Text } from './text.ts';

/** What a caller may do about an error; `http/errors.ts` maps each kind to a status, `cli.ts` to an exit code. */
export type ErrorKind =
  | 'missing'
  | 'invalid'
  | 'conflict'
  | 'forbidden'
  | 'unauthenticated'
  | 'busy'
  | 'too-large'
  | 'gone'
  | 'internal';

interface ErrorEntry {
  readonly kind: ErrorKind;
  readonly sentence: Text;
}

const entry = (kind: ErrorKind, zh: string, en: string): ErrorEntry => ({ kind, sentence: { zh, en } });

/**
 * Every error a user can meet, with its kind and its sentence: what went wrong, where, and how to mend it.
 * `{names}` are filled from the error's details. This is the only table of errors; sections keep it readable.
 */
export const ERRORS = {
  // General
  INTERNAL: entry(
    'internal',
    '系统出错，请稍后再试；若再次出现，请把编号{requestId}告诉管理员。',
    'Something went wrong on our side. Try again; if it happens again, give the administrator the number {requestId}.',
  ),
  NOT_FOUND: entry(
    'missing',
    '没有找到{what}“{id}”。请检查编号或地址。',
    'There is no {what} “{id}”. Check the code or the address.',
  ),
  INPUT_INVALID: entry('invalid', '{field}填写有误：{reason}。', '{field} is not right: {reason}.'),
  FIELD_EMPTY: entry('invalid', '{field}没有填写，请填写。', 'The {field} is empty. Fill it in.'),
  FIELD_TOO_LONG: entry(
    'invalid',
    '{field}太长，最多{most}个字，请缩短。',
    'The {field} is too long: at most {most} characters.',
  ),
  BODY_TOO_LARGE: entry(
    'too-large',
    '提交的内容超过{limit}，请缩小后再试。',
    'What was sent is larger than {limit}. Make it smaller and try again.',
  ),
  TOO_MANY_REQUESTS: entry(
    'busy',
    '操作太频繁，请{seconds}秒后再试。',
    'Too many requests. Try again in {seconds} seconds.',
  ),
  FILE_EXISTS: entry(
    'conflict',
    '文件{file}已存在，请换一个文件名。',
    'The file {file} exists already. Choose another name.',
  ),
  PORT_IN_USE: entry(
    'conflict',
    '端口{port}已被占用。请先停掉占用它的程序，或用 --port 换一个端口。',
    'Port {port} is in use. Stop the program that uses it, or choose another with --port.',
  ),
  DATABASE_BUSY: entry(
    'busy',
    '数据库正忙（可能正在导入），请稍后再试。',
    'The database is busy (an import may be running). Try again in a moment.',
  ),
  NOT_A_DATABASE: entry(
    'invalid',
    '文件“{file}”不是数据库，或已损坏。请换一个数据文件夹（--data），或用备份恢复这个文件。',
    'The file “{file}” is not a database, or it is damaged. Choose another data folder (--data), or restore the file from a backup.',
  ),
  FOLDER_MISSING: entry(
    'missing',
    '没有文件夹“{folder}”。请先建好，或换一个位置。',
    'There is no folder “{folder}”. Make it first, or choose another place.',
  ),
  BACKUP_DAMAGED: entry(
    'invalid',
    '备份中的文件“{file}”缺少或内容已变，没有恢复。请换一份备份。',
    'The file “{file}” of the backup is missing or has changed; the backup was not restored. Use another one.',
  ),
  BACKUP_BY_SERVER: entry(
    'invalid',
    'PostgreSQL数据库请用其自带工具（如pg_dump）备份。',
    'Back up a PostgreSQL database with its own tools, such as pg_dump.',
  ),
  IMPORT_REFUSED: entry(
    'invalid',
    '文件中有{count}处问题，一行也没有写入。请按清单改好后重新导入。',
    'The file has {count} problems and nothing was written. Mend them by the list and import again.',
  ),
  // Surveys and waves
  SURVEY_REFUSED: entry(
    'invalid',
    '问卷有{count}处问题，没有发布。请按清单改好后再发布。',
    'The questionnaire has {count} problems and was not published. Mend them by the list and publish again.',
  ),
  APPROVAL_EXPIRED: entry(
    'conflict',
    '问卷“{survey}”的批准有效期至{validUntil}，已过期或不能覆盖调查日期，不能开始测评。请办理新的批准文号并发布新版本。',
    'The approval of survey “{survey}” is valid until {validUntil}: it has expired or does not cover the fieldwork. Obtain a new approval and publish a new version.',
  ),
  WAVE_EXISTS: entry(
    'conflict',
    '测评轮次“{wave}”已存在，请换一个编号。',
    'Wave “{wave}” exists already. Choose another code.',
  ),
  WAVE_NOT_OPEN: entry(
    'conflict',
    '测评轮次“{wave}”没有开放，不能答卷或导入。',
    'Wave “{wave}” is not open: nothing can be answered or imported.',
  ),
  WAVE_CHANGED: entry(
    'conflict',
    '测评轮次“{wave}”刚被别人更改，请刷新后再试。',
    'Wave “{wave}” was just changed by somebody else. Reload and try again.',
  ),
  WAVE_MODE: entry(
    'conflict',
    '测评轮次“{wave}”不包含“{mode}”这种方式。',
    'Wave “{wave}” does not take answers by “{mode}”.',
  ),
  WAVE_NOT_DRAFT: entry(
    'conflict',
    '测评轮次“{wave}”已经开放过，不能再修改或删除；可以把它结束。',
    'Wave “{wave}” has been opened before: it can be closed, but not changed or deleted any more.',
  ),
  WAVE_HAS_PARTS: entry(
    'conflict',
    '测评轮次“{wave}”已有加权人口、单次链接或样本，不能改测评范围、问卷，也不能去掉单次链接。请先取消它们，或删除本轮后重新建立。',
    'Wave “{wave}” has populations, single-use links or a sample already: its area, its questionnaire and the single-use links must stay. Remove those first, or delete the wave and plan it anew.',
  ),
  WAVE_HAS_SAMPLE: entry(
    'conflict',
    '测评轮次“{wave}”已有样本或配额，不能删除。',
    'Wave “{wave}” has a sample or quotas and cannot be deleted.',
  ),
  WAVE_CODE_BAD: entry(
    'invalid',
    '轮次编号“{value}”不可用：须为1至40个字，可用汉字、字母、数字、点、横线、下划线，以字或数字开头。',
    'A wave cannot have the code “{value}”: use 1 to 40 letters, digits, dots, dashes or underscores, beginning with a letter or digit.',
  ),
  PERIOD_BAD: entry(
    'invalid',
    '时期“{value}”不可用。请写成2026、2026-H1、2026-Q3或2026-09的样子。',
    '“{value}” is no period. Write it like 2026, 2026-H1, 2026-Q3 or 2026-09.',
  ),
  DAY_BAD: entry(
    'invalid',
    '{field}“{value}”不是日期。请写成2026-11-30的样子。',
    'The {field} “{value}” is no day. Write it like 2026-11-30.',
  ),
  DAY_PAST: entry(
    'invalid',
    '{field}“{value}”已经过去。请选今天或以后的日期。',
    'The {field} “{value}” has passed. Choose today or a later day.',
  ),
  DAYS_REVERSED: entry(
    'invalid',
    '结束日期{end}早于开始日期{start}，请改正。',
    'The last day {end} is before the first day {start}. Correct one of them.',
  ),
  MODES_MISSING: entry('invalid', '请至少选一种调查方式：{allowed}。', 'Choose at least one mode: {allowed}.'),
  CHOICE_BAD: entry(
    'invalid',
    '{field}不能是“{value}”，可选：{allowed}。',
    'The {field} cannot be “{value}”; choose from {allowed}.',
  ),
  INVITATION_COUNT: entry(
    'invalid',
    '一次可生成1至{most}个单次链接，不能是{value}个。',
    'One to {most} single-use links are made at a time, not {value}.',
  ),
  UNIT_OUTSIDE_WAVE: entry(
    'invalid',
    '单位“{unit}”不在测评轮次“{wave}”的范围内。',
    'Unit “{unit}” is outside the area of wave “{wave}”.',
  ),
  NO_RATES_BELOW_TOWN: entry(
    'missing',
    '“{unit}”没有单独的比率：比率只算到乡镇（街道）一级。请看它所属的乡镇。',
    '“{unit}” has no rates of its own: rates go down to the town. Look at the town it belongs to.',
  ),
  INVITATION_UNPLACED: entry(
    'invalid',
    '{unit}下面还有镇（街道），登记在{unit}本级的答卷不进入任何比率。要进入比率，请改为给镇（街道）生成单次链接。',
    '{unit} has towns below it: answers filed at {unit} itself enter no rate. For a rate, make the links for its towns.',
  ),
  // The resident's page
  NO_OPEN_SURVEY: entry(
    'gone',
    '{unit}目前没有正在进行的网上调查，谢谢您的关心。',
    'There is no open web survey in {unit} at the moment. Thank you for your interest.',
  ),
  LINK_UNKNOWN: entry(
    'missing',
    '这个链接无效。请核对网址，或重新扫描二维码。',
    'This link is not valid. Check the address or scan the code again.',
  ),
  INVITATION_EXPIRED: entry(
    'gone',
    '这个链接已于{day}过期，不能再答卷。',
    'This link expired on {day} and can no longer be used.',
  ),
  TICKET_INVALID: entry(
    'forbidden',
    '答卷凭据无效，请从原链接重新进入。',
    'The ticket of this interview is not valid. Please enter again through your link.',
  ),
  RESPONSE_ENDED: entry(
    'conflict',
    '这份答卷已经提交，不能再改。回执号：{receipt}。',
    'This interview was submitted and can no longer be changed. Receipt: {receipt}.',
  ),
  // Import of interviews
  INTERVIEW_CHANGED: entry(
    'conflict',
    '访问编号“{id}”已经导入过，但内容不同。请核对是否编号重复；已导入的答卷不会被覆盖。',
    'Interview “{id}” was imported before with other answers. Check for a repeated id; imported interviews are not overwritten.',
  ),
  INTERVIEW_INCOMPLETE: entry(
    'invalid',
    '必答题“{question}”没有答案。请补上，或在结果码一列注明不是成功完访。',
    'The required question “{question}” has no answer. Fill it in, or give a result code other than complete.',
  ),
  INTERVIEW_SCREENED_OUT: entry(
    'invalid',
    '结果码是1.1（成功完访），但按答案应以{disposition}终止访问。请核对结果码和甄别题。',
    'The result code is 1.1 (complete), but by its answers the interview ends with {disposition}. Check the code and the screening questions.',
  ),
  INTERVIEW_DATE_OUTSIDE: entry(
    'invalid',
    '有{count}份答卷的日期不在本轮调查期间（{start}至{end}）内，请核对文件是否属于本轮。',
    '{count} interviews are dated outside the fieldwork of this wave ({start} to {end}). Check that the file belongs to it.',
  ),
  INTERVIEW_UNPLACED: entry(
    'invalid',
    '有{count}份答卷的单位在乡镇以上（{units}），归不到乡镇，不进入任何比率。请在文件里写明乡镇。',
    '{count} interviews name a unit above the towns ({units}): they belong to no town and enter no rate. Name the town in the file.',
  ),
  IMPORT_RUNNING: entry(
    'busy',
    '测评轮次“{wave}”正有另一次导入在进行，且含有同样的访问编号；本次没有写入。请等它结束后再导入。',
    'Another import into wave “{wave}” is under way with the same interview ids; nothing of this one was written. Import again when it has ended.',
  ),
  IMPORT_CANCELLED: entry(
    'conflict',
    '这次导入已取消，一行也没有写入。',
    'This import was cancelled; nothing was written.',
  ),
  IMPORT_INTERRUPTED: entry(
    'conflict',
    '文件“{file}”在导入过程中有变动或被中断，没有写入。请重新导入。',
    'The file “{file}” changed or was interrupted while it was imported; nothing was written. Import it again.',
  ),
  // Command line
  DATA_EMPTY: entry(
    'missing',
    '数据文件夹“{folder}”里还没有数据。请先导入单位（zhixiao units import 文件），或准备演示数据（zhixiao demo）。',
    'There is no data in the folder “{folder}” yet. Import units first (zhixiao units import FILE), or prepare the demonstration (zhixiao demo).',
  ),
  FILE_TOO_LARGE: entry(
    'too-large',
    '文件“{file}”超过{limit}，不像是所要的文件。请核对。',
    'The file “{file}” is larger than {limit} and does not look like the one wanted. Check it.',
  ),
  SYSTEM_REFUSED: entry(
    'invalid',
    '系统不允许：{reason}。请检查路径、端口和权限。',
    'The system refused: {reason}. Check the path, the port and the permissions.',
  ),
  COMMAND_FAILED: entry('internal', '程序出错：{reason}。', 'The program failed: {reason}.'),
  SETTING_BAD: entry(
    'invalid',
    '环境变量{setting}设置有误：应为{expected}。',
    'The environment variable {setting} is wrong: it should be {expected}.',
  ),
  OPTIONS_MISSING: entry(
    'invalid',
    '要新建测评轮次“{wave}”，还缺选项：{options}。',
    'To make wave “{wave}”, these options are missing: {options}.',
  ),
  OPTIONS_CLASH: entry(
    'invalid',
    '{option}不能与“{other}”一起使用，请去掉其中之一。',
    '{option} cannot be used together with “{other}”. Leave one of them out.',
  ),
  JSON_BAD: entry(
    'invalid',
    '文件“{file}”不是完整的JSON（UTF-8）：{reason}。请检查括号、引号和逗号，或重新导出。',
    'The file “{file}” is not complete JSON in UTF-8: {reason}. Check brackets, quotes and commas, or export it again.',
  ),
  // Sign-in and scope
  SIGN_IN_REQUIRED: entry('unauthenticated', '请先登录。', 'Please sign in first.'),
  SIGN_IN_FAILED: entry('unauthenticated', '账号或密码不对。', 'The account name or the password is wrong.'),
  ROLE_FORBIDDEN: entry(
    'forbidden',
    '您的角色（{role}）不能做这件事；请联系管理员。',
    'Your role ({role}) may not do this; ask an administrator.',
  ),
  OUT_OF_SCOPE: entry('forbidden', '单位“{unit}”不在您的管理范围内。', 'Unit “{unit}” is outside your area.'),
  ACCOUNT_DISABLED: entry(
    'forbidden',
    '账号“{username}”已停用；如需恢复，请联系管理员。',
    'The account “{username}” is disabled. Ask an administrator to enable it.',
  ),
  ORIGIN_REFUSED: entry(
    'forbidden',
    '请求来自其他网站（{origin}），已拒绝。请从本系统的页面操作；若本系统换了网址，请管理员检查PUBLIC_BASE_URL。',
    'The request came from another site ({origin}) and was refused. Use the pages of this system; if its address changed, check PUBLIC_BASE_URL.',
  ),
  // Accounts
  PASSWORD_TOO_SHORT: entry(
    'invalid',
    '密码太短：至少{least}个字符。可以用一句好记的话。',
    'The password is too short: use at least {least} characters. A sentence you can remember is fine.',
  ),
  PASSWORD_TOO_LONG: entry(
    'invalid',
    '密码太长：最多{most}个字符。',
    'The password is too long: use at most {most} characters.',
  ),
  PASSWORD_WRONG: entry('invalid', '当前密码不对，请重新输入。', 'The current password is wrong. Enter it again.'),
  USERNAME_BAD: entry(
    'invalid',
    '账号“{username}”不对：3～30位小写字母、数字、点、横线或下划线，以字母或数字开头。',
    'The account name “{username}” is not right: 3 to 30 lower-case letters, digits, dots, hyphens or underscores, beginning with a letter or a digit.',
  ),
  USERNAME_TAKEN: entry(
    'conflict',
    '账号“{username}”已有人使用，请换一个。',
    'The account name “{username}” is taken. Choose another one.',
  ),
  SIGN_IN_LINK_SPENT: entry(
    'gone',
    '这个链接已用过、已过期或不完整。请向管理员要一个新的链接。',
    'This link was used, has expired, or is incomplete. Ask an administrator for a new one.',
  ),
  OWN_ACCOUNT: entry(
    'forbidden',
    '不能修改自己的角色、单位或停用自己；请由另一位管理员操作。',
    'Nobody may change their own role or unit, or disable themselves. Ask another administrator.',
  ),
  LAST_ADMINISTRATOR: entry(
    'conflict',
    '“{username}”是单位“{unit}”最后一位管理员。请先另设一位管理员。',
    '“{username}” is the last administrator of unit “{unit}”. Appoint another one first.',
  ),
  OPERATOR_ONLY: entry(
    'forbidden',
    '这件事只能在服务器的命令行上做。',
    'This can be done on the command line of the server only.',
  ),
  // Files of rows (CSV and XLSX)
  TABLE_MISSING: entry(
    'missing',
    '没有找到文件“{file}”。请检查路径和文件名。',
    'There is no file “{file}”. Check the path and the name.',
  ),
  TABLE_EMPTY: entry(
    'invalid',
    '文件“{file}”是空的。请重新导出后再试。',
    'The file “{file}” is empty. Export it again and retry.',
  ),
  TABLE_NO_ROWS: entry(
    'invalid',
    '“{file}”只有表头，没有数据行。请确认导出的是有数据的工作表。',
    '“{file}” has a header and no rows below it. Make sure that the sheet with the data was exported.',
  ),
  TABLE_ENCODING: entry(
    'invalid',
    '认不出“{file}”的文字编码（第{line}行起不是UTF-8，也不是GB18030/GBK）。请在Excel中另存为“CSV UTF-8（逗号分隔）”。',
    'The text encoding of “{file}” is not known: from line {line} on it is neither UTF-8 nor GB18030/GBK. Save it from Excel as “CSV UTF-8 (Comma delimited)”.',
  ),
  TABLE_TEXT_DAMAGED: entry(
    'invalid',
    '“{file}”第{line}行的文字已损坏（文件被截断，或转码时出过错）。请向提供方重新索取完整的文件。',
    'The text in line {line} of “{file}” is damaged: the file was cut off, or was converted wrongly. Ask for the complete file again.',
  ),
  TABLE_BINARY: entry(
    'invalid',
    '“{file}”第{line}行含有空字节，不是文本表格，或传输时已损坏。请重新导出为CSV或XLSX。',
    'Line {line} of “{file}” contains NUL bytes: it is not a text table, or it was damaged on the way. Export it again as CSV or XLSX.',
  ),
  TABLE_WEB_PAGE: entry(
    'invalid',
    '“{file}”其实是网页或XML，不是表格文件。请用Excel打开后另存为“Excel工作簿（.xlsx）”。',
    '“{file}” is really a web page or XML, not a table. Open it in Excel and save it as “Excel Workbook (.xlsx)”.',
  ),
  TABLE_OLD_XLS: entry(
    'invalid',
    '“{file}”是旧版Excel文件（.xls）。请用Excel打开后另存为“Excel工作簿（.xlsx）”。',
    '“{file}” is an old Excel file (.xls). Open it in Excel and save it as “Excel Workbook (.xlsx)”.',
  ),
  TABLE_ENCRYPTED: entry(
    'invalid',
    '“{file}”设有打开密码。请在Excel中取消密码后再导入。',
    '“{file}” is protected by a password. Remove the password in Excel and try again.',
  ),
  TABLE_NOT_XLSX: entry(
    'invalid',
    '“{file}”是压缩包，但里面没有Excel工作簿。请导出为.xlsx或CSV。',
    '“{file}” is a zip archive without an Excel workbook in it. Export it as .xlsx or CSV.',
  ),
  TABLE_DAMAGED: entry(
    'invalid',
    '“{file}”已损坏或不完整，无法读取（{part}）。请重新保存或重新传输后再试。',
    '“{file}” is damaged or incomplete and cannot be read ({part}). Save it or send it again.',
  ),
  TABLE_TOO_LARGE: entry(
    'too-large',
    '“{file}”解压后太大（{part}超过{limit}）。请删去无关的工作表和内容，或拆成几个文件。',
    '“{file}” is too large when unpacked ({part} over {limit}). Remove sheets and content that do not belong, or split the file.',
  ),
  TABLE_SHEET_UNKNOWN: entry(
    'invalid',
    '“{file}”里没有名为“{sheet}”的工作表；现有：{sheets}。',
    'There is no sheet “{sheet}” in “{file}”; it has: {sheets}.',
  ),
  TABLE_MERGED_CELLS: entry(
    'invalid',
    '“{file}”工作表“{sheet}”的{range}是合并单元格，无法判断各列的归属。请取消合并，第一行只放列名、每列一个，再导入。',
    'Cells {range} of sheet “{sheet}” in “{file}” are merged, so their columns are not certain. Unmerge them, leave only the column names in the first row, one per column, and try again.',
  ),
  TABLE_HEADER_EMPTY: entry(
    'invalid',
    '“{file}”的表头第{column}列没有列名。请补上列名，或删去这一列。',
    'Column {column} of “{file}” has no name in the header. Name it or delete the column.',
  ),
  TABLE_HEADER_DUPLICATE: entry(
    'invalid',
    '“{file}”的表头里“{column}”出现了两次。请改名或删去其中一列。',
    'The column “{column}” stands twice in the header of “{file}”. Rename or delete one of them.',
  ),
  TABLE_COLUMN_MISSING: entry(
    'invalid',
    '缺少“{column}”列；文件里有：{found}。请补上该列，或改正列名。',
    'The column “{column}” is missing; the file has: {found}. Add it or correct its name.',
  ),
  TABLE_ROW_SHORT: entry(
    'invalid',
    '这一行只有{found}格，表头有{expected}格，可能被截断。请核对原始文件。',
    'This row has {found} cells where the header has {expected}; it may have been cut off. Check the original file.',
  ),
  TABLE_ROW_LONG: entry(
    'invalid',
    '这一行有{found}格，多于表头的{expected}格。请检查是否有未加引号的分隔符，或漏写列名。',
    'This row has {found} cells, more than the {expected} of the header. Look for a separator without quotes, or a column without a name.',
  ),
  TABLE_QUOTE: entry(
    'invalid',
    '从这一行起引号没有成对，后面的内容无法读取。请补上或删去多余的引号；若文件不完整，请重新导出。',
    'From this row on a quotation mark has no partner, and the rest cannot be read. Add or remove the mark; if the file is incomplete, export it again.',
  ),
  TABLE_FORMULA_EMPTY: entry(
    'invalid',
    '{cell}是公式，但文件里没有保存计算结果。请用Excel打开、保存一次，或粘贴为数值。',
    'Cell {cell} is a formula whose result is not stored in the file. Open and save it in Excel, or paste it as a value.',
  ),
  // Carriers
  WEBHOOK_REPLAYED: entry(
    'forbidden',
    '这个线路请求早已处理过，不再处理。线路自己的重试会在一分钟内到达；过后再来的，是他人重放，或线路迟到的重复通知。',
    'This carrier request was answered long ago and is not evaluated again. A carrier retries within a minute; what comes later was played back by somebody, or is a late duplicate.',
  ),
  CARRIER_MANUAL: entry(
    'conflict',
    '没有接入电话线路，系统不能代拨。请用座机拨打，再按结果登记。',
    'No carrier is connected, so nothing can be dialled from here. Dial on the desk phone and record what came of it.',
  ),
  // Units
  UNIT_CODE_BAD: entry(
    'invalid',
    '单位编码“{code}”不对：只能用数字、字母和短横线，不超过32位。若显示为6.1E+11，请在Excel中把该列设为文本后重填。',
    'The unit code “{code}” is not right: digits, letters and hyphens only, 32 at most. If it looks like 6.1E+11, format the column as text in Excel and enter it again.',
  ),
  UNIT_CODE_DUPLICATE: entry(
    'invalid',
    '单位编码“{code}”重复，第{first}行已有。请删去其中一行。',
    'The unit code “{code}” stands twice, first in row {first}. Delete one of the rows.',
  ),
  UNIT_NAME_EMPTY: entry('invalid', '单位“{code}”没有名称。请填写名称。', 'Unit “{code}” has no name. Fill it in.'),
  UNIT_LEVEL_UNKNOWN: entry(
    'invalid',
    '单位“{code}”的级别“{level}”不认识；可用：{known}。',
    'The level “{level}” of unit “{code}” is not known; use one of: {known}.',
  ),
  UNIT_LEVEL_ORDER: entry(
    'invalid',
    '单位“{code}”的级别（{level}）应低于上级“{parent}”的级别（{parentLevel}）。请改正级别或上级编码。',
    'The level of unit “{code}” ({level}) must be below that of its parent “{parent}” ({parentLevel}). Correct the level or the parent code.',
  ),
  UNIT_PARENT_EMPTY: entry(
    'invalid',
    '单位“{code}”没有填上级编码，而文件里最上级是“{top}”。请填写上级编码。',
    'Unit “{code}” has no parent code, while the topmost unit of the file is “{top}”. Fill in the parent code.',
  ),
  UNIT_PARENT_UNKNOWN: entry(
    'invalid',
    '单位“{code}”的上级“{parent}”既不在文件里，也不在系统里。请改正上级编码，或先导入上级单位。',
    'The parent “{parent}” of unit “{code}” is neither in the file nor in the system. Correct the code, or import the parent first.',
  ),
  UNIT_CYCLE: entry(
    'invalid',
    '单位的上下级绕成了圈：{cycle}。请改正其中的上级编码。',
    'The units are parents of one another in a circle: {cycle}. Correct one of the parent codes.',
  ),
  UNIT_POPULATION_BAD: entry(
    'invalid',
    '单位“{code}”的人口“{value}”不对：应为正整数；不知道就留空，不要填0。',
    'The population “{value}” of unit “{code}” is not right: it must be a whole number above zero; leave it blank when unknown, not 0.',
  ),
  UNIT_VILLAGES_BAD: entry(
    'invalid',
    '单位“{code}”的村社区数“{value}”不对：应为正整数；不知道就留空，不要填0。',
    'The number of villages “{value}” of unit “{code}” is not right: it must be a whole number above zero; leave it blank when unknown, not 0.',
  ),
  UNIT_POPULATION_UNKNOWN: entry(
    'invalid',
    '有{count}个单位没有人口数（如{units}），它们有答卷后，所属的县、市就不能合计出比率。请补上population（人口）一列，再导入一次。',
    '{count} units have no population (such as {units}): once they have answers, their county and city can have no rate. Add the column population and import again.',
  ),
  UNIT_UNKNOWN: entry(
    'invalid',
    '没有单位“{unit}”。请核对编码或名称，或先导入单位。',
    'There is no unit “{unit}”. Check the code or the name, or import the units first.',
  ),
  UNIT_NAME_AMBIGUOUS: entry(
    'invalid',
    '名为“{unit}”的单位不止一个：{candidates}。请写成“县区/乡镇”的形式，或改用编码。',
    'More than one unit is called “{unit}”: {candidates}. Write “county/town”, or use the code.',
  ),
  POPULATION_SEX_UNKNOWN: entry(
    'invalid',
    '性别“{value}”不认识；请填男或女。',
    'The sex “{value}” is not known; use male or female.',
  ),
  POPULATION_AGE_BAND_BAD: entry(
    'invalid',
    '年龄段“{value}”不对；请写成18-29或60+的形式。',
    'The age band “{value}” is not right; write it like 18-29 or 60+.',
  ),
  POPULATION_COUNT_BAD: entry(
    'invalid',
    '人数“{value}”不对：应为零或正整数。',
    'The number of people “{value}” is not right: it must be zero or a whole number above.',
  ),
  POPULATION_CELL_DUPLICATE: entry(
    'invalid',
    '单位“{unit}”的{sex}、{ageBand}出现了两次，第{first}行已有。请删去其中一行。',
    'The cell {sex}, {ageBand} of unit “{unit}” stands twice, first in row {first}. Delete one of the rows.',
  ),
  POPULATION_SUM_DIFFERS: entry(
    'invalid',
    '单位“{unit}”分性别年龄的人数合计{sum}，与单位人口{population}对不上。请核对两个文件的口径和年份。',
    'The people of unit “{unit}” by sex and age add up to {sum}, which does not fit its population of {population}. Check that both files count the same people in the same year.',
  ),
  // Questionnaires: reading the file
  QUESTIONNAIRE_SHAPE: entry(
    'invalid',
    '问卷文件“{place}”处应为{expected}，请按格式改正。',
    '“{place}” in the questionnaire should be {expected}. Correct it.',
  ),
  QUESTIONNAIRE_TYPE: entry(
    'invalid',
    '题目“{question}”的题型“{type}”不能使用；可用题型：{allowed}。',
    'Question “{question}” has the type “{type}”, which cannot be used. Use one of: {allowed}.',
  ),
  QUESTIONNAIRE_MATRIX: entry(
    'invalid',
    '题目“{question}”是矩阵题，电话无法逐格念读；请拆成若干道单选题。',
    'Question “{question}” is a table, which a phone cannot speak. Write each row as a question of its own.',
  ),
  QUESTIONNAIRE_PROPERTY: entry(
    'invalid',
    '“{place}”使用了不支持的属性“{property}”，请删去。',
    '“{place}” uses the property “{property}”, which is not supported. Remove it.',
  ),
  QUESTIONNAIRE_UNSAFE: entry(
    'invalid',
    '“{place}”使用了不安全的属性“{property}”（可能执行脚本、跳转或访问外部地址），必须删去。',
    '“{place}” uses the unsafe property “{property}” (it can run script, redirect or fetch other addresses). It must be removed.',
  ),
  QUESTIONNAIRE_REGEX: entry(
    'invalid',
    '题目“{question}”使用了正则校验；有的表达式会使系统长时间停顿，因此一律不允许，请改用字数或数值范围。',
    'Question “{question}” checks answers with a regular expression; some of those stall the system, so none is allowed. Limit the length or the range instead.',
  ),
  QUESTIONNAIRE_PIPING: entry(
    'invalid',
    '“{place}”的文字中嵌入了“{text}”；发布的问卷不得把答案嵌入文字，请改写。',
    'The text of “{place}” contains “{text}”. Answers may not be inserted into the text of a published questionnaire; reword it.',
  ),
  QUESTIONNAIRE_CODE: entry(
    'invalid',
    '“{place}”的编码“{code}”不合规：应以小写字母开头（选项也可以数字开头），只含小写字母、数字、“-”“_”。',
    'The code “{code}” of “{place}” is not allowed: start with a small letter (a choice may start with a digit) and use only small letters, digits, “-” and “_”.',
  ),
  QUESTIONNAIRE_DUPLICATE: entry(
    'invalid',
    '“{place}”中编码“{code}”重复；每个编码只能用一次，请改名。',
    'The code “{code}” occurs twice in “{place}”. Each code may be used once; rename one.',
  ),
  QUESTIONNAIRE_TEXT: entry('invalid', '“{place}”缺少文字，请补写。', '“{place}” has no text. Write it.'),
  QUESTIONNAIRE_NO_QUESTIONS: entry(
    'invalid',
    '问卷没有题目，请至少写一道题。',
    'The questionnaire has no questions. Write at least one.',
  ),
  QUESTIONNAIRE_NO_CHOICES: entry(
    'invalid',
    '题目“{question}”没有选项，请至少写两个。',
    'Question “{question}” has no options. Write at least two.',
  ),
  QUESTIONNAIRE_LIMITS: entry(
    'invalid',
    '题目“{question}”的上下限不成立或缺失（{min}～{max}），请改正。',
    'The limits of question “{question}” are missing or impossible ({min} to {max}). Correct them.',
  ),
  QUESTIONNAIRE_ROLE: entry(
    'invalid',
    '题目“{question}”的用途为“{role}”，题型和选项编码应为：{expected}。',
    'Question “{question}” has the role “{role}”; its type and the codes of its options must be: {expected}.',
  ),
  CONDITION_SYNTAX: entry(
    'invalid',
    '条件“{expression}”第{position}个字符处无法读懂，请检查写法。',
    'The condition “{expression}” cannot be read at character {position}. Check how it is written.',
  ),
  CONDITION_FUNCTION: entry(
    'invalid',
    '条件“{expression}”使用了函数“{name}”；条件中不允许函数，请用比较、anyof、contains等写法。',
    'The condition “{expression}” uses the function “{name}”. Functions are not allowed; use comparisons, anyof or contains.',
  ),
  CONDITION_QUESTION: entry(
    'invalid',
    '“{place}”的条件提到题目“{question}”，但问卷中没有这道题。',
    'The condition of “{place}” mentions question “{question}”, which the questionnaire does not have.',
  ),
  CONDITION_FORWARD: entry(
    'invalid',
    '“{place}”的条件提到后面才问的题目“{question}”；条件只能使用前面的题目，请调整题序。',
    'The condition of “{place}” mentions question “{question}”, which is asked later. Conditions may only look back; change the order.',
  ),
  CONDITION_CYCLE: entry(
    'invalid',
    '题目的显示条件互相依赖，成了死循环：{cycle}。请去掉其中一个条件。',
    'The conditions of these questions depend on one another in a circle: {cycle}. Remove one of them.',
  ),
  CONDITION_CHOICE: entry(
    'invalid',
    '“{place}”的条件提到题目“{question}”的选项“{choice}”，但没有这个选项。',
    'The condition of “{place}” mentions the option “{choice}” of question “{question}”, which does not exist.',
  ),
  CONDITION_OPERATOR: entry(
    'invalid',
    '“{place}”的条件对题目“{question}”使用了“{operator}”，这种题型不能这样比较；可用：{allowed}。',
    'The condition of “{place}” uses “{operator}” on question “{question}”, which its type does not allow. Use: {allowed}.',
  ),
  SCREEN_OUT_NEGATION: entry(
    'invalid',
    '终止条件“{expression}”含有否定；未答的题会使访问误终止，请改用肯定的写法（如 =、anyof）。',
    'The ending condition “{expression}” contains a negation, so that an unanswered question would end the interview. Say it positively (=, anyof).',
  ),
  SCREEN_OUT_DISPOSITION: entry(
    'invalid',
    '终止条件“{expression}”的结果码“{disposition}”不对，应为4.10、4.70等不合格代码。',
    'The ending condition “{expression}” has the result code “{disposition}”; it must be a not-eligible code such as 4.10 or 4.70.',
  ),
  // Questionnaires: the linter
  LINT_UNBALANCED: entry(
    'invalid',
    '题目“{question}”的选项不对称：正面{positive}个，负面{negative}个；请使两边一样多。',
    'The options of question “{question}” are unbalanced: {positive} positive, {negative} negative. Make both sides equal.',
  ),
  LINT_NO_NEGATIVE: entry(
    'invalid',
    '题目“{question}”只有正面选项，群众无法表达不满；请补上负面选项。',
    'Question “{question}” offers only positive options, so nobody can say otherwise. Add negative ones.',
  ),
  LINT_NEGATIVE_HIDDEN: entry(
    'invalid',
    '题目“{question}”只问在“{source}”中作正面回答的人，负面意见被跳转隐藏；请改为人人都问。',
    'Question “{question}” is asked only of those who answered “{source}” positively, which hides negative opinion. Ask everybody.',
  ),
  LINT_NEGATIVE_ENDS: entry(
    'invalid',
    '在题目“{question}”选“{choice}”就会终止访问，负面意见无法提交；请去掉这个终止条件。',
    'Choosing “{choice}” in question “{question}” ends the interview, so negative opinion cannot be handed in. Remove that ending.',
  ),
  LINT_UNREACHABLE: entry(
    'invalid',
    '题目“{question}”的显示条件永远不成立，谁也不会被问到；请检查条件。',
    'The condition of question “{question}” can never hold: nobody would be asked. Check it.',
  ),
  LINT_NO_DONT_KNOW: entry(
    'invalid',
    '题目“{question}”没有“说不清”选项，请补上。',
    "Question “{question}” has no “don't know”. Add it.",
  ),
  LINT_NO_REFUSED: entry(
    'invalid',
    '题目“{question}”没有“拒答”选项，请补上。',
    'Question “{question}” has no “refuse to answer”. Add it.',
  ),
  LINT_LEADING: entry(
    'invalid',
    '“{place}”中的“{text}”有诱导性，会影响回答；请改为中性的说法。',
    '“{text}” in “{place}” leads the respondent. Say it neutrally.',
  ),
  LINT_SPOKEN_MISSING: entry(
    'invalid',
    '题目“{question}”没有电话念读的文字，请补写。',
    'Question “{question}” has no prompt for the phone to speak. Write one.',
  ),
  LINT_KEY_MISSING: entry(
    'invalid',
    '题目“{question}”的选项“{choice}”没有按键，请指定0～9中的一个。',
    'Option “{choice}” of question “{question}” has no key. Give it a digit from 0 to 9.',
  ),
  LINT_KEY_CLASH: entry(
    'invalid',
    '题目“{question}”的选项“{choice}”和“{other}”用了同一个按键{key}，请改用不同的按键。',
    'Options “{choice}” and “{other}” of question “{question}” share the key {key}. Use different keys.',
  ),
  LINT_KEY_RESERVED: entry(
    'invalid',
    '题目“{question}”的选项“{choice}”不能用按键“{key}”：*用于重听，#用于结束输入；请用0～9中的一个数字。',
    'Option “{choice}” of question “{question}” cannot use the key “{key}”: * repeats and # ends an entry. Use one digit from 0 to 9.',
  ),
  LINT_TOO_MANY_OPTIONS: entry(
    'invalid',
    '题目“{question}”有{count}个选项，电话最多念{limit}个；请合并或拆题。',
    'Question “{question}” has {count} options; a phone can speak at most {limit}. Merge some or split the question.',
  ),
  LINT_OPEN_TEXT: entry(
    'invalid',
    '题目“{question}”要求输入文字，电话按键无法作答；请改为选择题，或不用按键方式调查。',
    'Question “{question}” asks for text, which a keypad cannot give. Offer options, or do not use the keypad mode.',
  ),
  LINT_APPROVAL_MISSING: entry(
    'invalid',
    '问卷缺少法定标识“{field}”，未经批准的调查，群众有权拒答；请补上。',
    'The questionnaire lacks the legal mark “{field}”; residents may refuse a survey without approval. Add it.',
  ),
  LINT_APPROVAL_EXPIRED: entry(
    'invalid',
    '批准文号“{number}”的有效期已于{validUntil}届满，请重新报批。',
    'The approval “{number}” expired on {validUntil}. Have it renewed.',
  ),
  LINT_APPROVAL_ENDING: entry(
    'invalid',
    '批准文号“{number}”将于{validUntil}到期，请及时续批。',
    'The approval “{number}” ends on {validUntil}. Renew it in time.',
  ),
  LINT_APPROVAL_DEMONSTRATION: entry(
    'invalid',
    '批准文号“{number}”仅供演示，不得用于正式调查。',
    'The approval “{number}” is for demonstration only. It must not be used for a real survey.',
  ),
  LINT_NO_ENGLISH: entry(
    'invalid',
    '有{count}处文字没有英文，英文界面将显示中文。',
    '{count} texts have no English; the English pages will show the Chinese.',
  ),
  // Questionnaires: answers
  ANSWER_QUESTION: entry(
    'invalid',
    '问卷中没有题目“{question}”，这个答案没有保存。',
    'The questionnaire has no question “{question}”; this answer was not saved.',
  ),
  ANSWER_TYPE: entry(
    'invalid',
    '题目“{question}”的答案格式不对，应为{expected}。',
    'The answer to “{question}” has the wrong form; it should be {expected}.',
  ),
  ANSWER_CHOICE: entry(
    'invalid',
    '题目“{question}”没有“{value}”这个选项。',
    'Question “{question}” has no option “{value}”.',
  ),
  ANSWER_RANGE: entry(
    'invalid',
    '题目“{question}”的答案{value}不在{min}～{max}之间。',
    'The answer {value} to “{question}” is not between {min} and {max}.',
  ),
  ANSWER_WHOLE: entry(
    'invalid',
    '题目“{question}”的答案应为整数，不能是{value}。',
    'The answer to “{question}” must be a whole number, not {value}.',
  ),
  ANSWER_TOO_FEW: entry('invalid', '题目“{question}”至少选{limit}项。', 'Choose at least {limit} in “{question}”.'),
  ANSWER_TOO_MANY: entry('invalid', '题目“{question}”最多选{limit}项。', 'Choose at most {limit} in “{question}”.'),
  ANSWER_REPEATED: entry(
    'invalid',
    '题目“{question}”的选项“{value}”选了两次。',
    'Option “{value}” of “{question}” was chosen twice.',
  ),
  ANSWER_EXCLUSIVE: entry(
    'invalid',
    '题目“{question}”的选项“{value}”不能与其他选项同选。',
    'Option “{value}” of “{question}” cannot be combined with others.',
  ),
  ANSWER_TOO_LONG: entry(
    'invalid',
    '题目“{question}”的答案最多{limit}个字。',
    'The answer to “{question}” may have at most {limit} characters.',
  ),
  ANSWER_EMPTY: entry('invalid', '题目“{question}”的答案是空的。', 'The answer to “{question}” is empty.'),
  ANSWER_NOT_ASKED: entry(
    'conflict',
    '按照前面的回答，题目“{question}”不必回答。',
    'Given the earlier answers, question “{question}” is not asked.',
  ),
  ANSWERS_MISSING: entry(
    'invalid',
    '还有必答题没有回答：{questions}。',
    'These questions still need an answer: {questions}.',
  ),
  // Questionnaires: indicators
  INDICATORS_SHAPE: entry(
    'invalid',
    '指标文件“{place}”处应为{expected}，请改正。',
    '“{place}” in the indicator file should be {expected}. Correct it.',
  ),
  INDICATORS_SURVEY: entry(
    'invalid',
    '指标文件属于问卷“{survey}”，与问卷“{plan}”不符。',
    'The indicator file belongs to the questionnaire “{survey}”, not to “{plan}”.',
  ),
  INDICATOR_DUPLICATE: entry(
    'invalid',
    '指标编码“{indicator}”重复或为系统保留，请改名。',
    'The indicator code “{indicator}” is used twice or reserved. Rename it.',
  ),
  INDICATOR_QUESTION: entry(
    'invalid',
    '指标“{indicator}”用到题目“{question}”，但问卷中没有可用的这道题（应为{expected}）。',
    'Indicator “{indicator}” uses question “{question}”, which the questionnaire does not have as {expected}.',
  ),
  INDICATOR_OUTCOME: entry(
    'invalid',
    '指标“{indicator}”列出了“{outcome}”，但题目选项和规则中都没有。',
    'Indicator “{indicator}” lists “{outcome}”, which neither its question nor its rules can give.',
  ),
  INDICATOR_NON_ANSWER: entry(
    'invalid',
    '指标“{indicator}”把“{outcome}”归为{classification}，与问卷不符：“说不清”和“拒答”须如实归类。',
    "Indicator “{indicator}” counts “{outcome}” as {classification}, against the questionnaire: “don't know” and “refused” must be counted as what they are.",
  ),
  INDICATOR_SCORE: entry(
    'invalid',
    '指标“{indicator}”给“{outcome}”的分值{score}不对，应为0～100，且只给表态的选项。',
    'Indicator “{indicator}” gives “{outcome}” the score {score}; scores are 0 to 100 and only for outcomes that take a position.',
  ),
  HEADLINE_UNKNOWN: entry(
    'invalid',
    '主要指标“{indicator}”没有定义。',
    'The headline indicator “{indicator}” is not defined.',
  ),
  HEADLINE_FILTERED: entry(
    'invalid',
    '主要指标“{indicator}”所用题目“{question}”不是人人都问；请去掉它的显示条件。',
    'The headline indicator “{indicator}” uses question “{question}”, which not everybody is asked. Remove its condition.',
  ),
  HEADLINE_BASE: entry(
    'invalid',
    '主要指标“{indicator}”须以全部合格受访者为分母（all-eligible）。',
    'The headline indicator “{indicator}” must be based on all eligible respondents (all-eligible).',
  ),
  UNMAPPED_CODE: entry(
    'invalid',
    '指标“{indicator}”没有说明“{outcome}”如何计入；每个选项都须归类。',
    'Indicator “{indicator}” does not say how “{outcome}” counts. Every outcome must be classified.',
  ),
  // Interviews from a survey house
  MAPPING_SHAPE: entry(
    'invalid',
    '对应关系文件的“{place}”写法不对，应为{expected}。',
    '“{place}” in the mapping file is not right; it should be {expected}.',
  ),
  MAPPING_KEY: entry(
    'invalid',
    '对应关系文件里的“{place}”不认识。请检查拼写或删去。',
    '“{place}” in the mapping file is not known. Check its spelling or remove it.',
  ),
  MAPPING_COLUMN: entry(
    'invalid',
    '对应关系“{place}”所指的列“{column}”不在数据文件里；文件里有：{found}。',
    'The column “{column}” of “{place}” is not in the data file; it has: {found}.',
  ),
  MAPPING_QUESTION: entry(
    'invalid',
    '问卷里没有题目“{question}”。请改正对应关系中的题号。',
    'The questionnaire has no question “{question}”. Correct its code in the mapping.',
  ),
  MAPPING_CHOICE: entry(
    'invalid',
    '题目“{question}”没有选项“{choice}”。请改正对应关系中的选项编码。',
    'Question “{question}” has no choice “{choice}”. Correct its code in the mapping.',
  ),
  MAPPING_QUESTION_MISSING: entry(
    'invalid',
    '必答题“{question}”没有对应的列。请在对应关系中写明；数据文件里确实没有的，写null。',
    'The required question “{question}” has no column. Name it in the mapping; write null when the data file really lacks it.',
  ),
  INTERVIEW_ID_BAD: entry(
    'invalid',
    '访问编号“{value}”不能为空，也不能超过64个字。',
    'The interview id “{value}” may not be blank nor longer than 64 characters.',
  ),
  INTERVIEW_ID_DUPLICATE: entry(
    'invalid',
    '访问编号“{value}”在文件里重复，第{first}行已有。请删去其中一行。',
    'The interview id “{value}” stands twice in the file, first in row {first}. Delete one of the rows.',
  ),
  INTERVIEW_UNIT_OUTSIDE: entry(
    'invalid',
    '单位“{unit}”不在本轮测评范围内。请核对单位，或改选测评轮次。',
    'Unit “{unit}” does not belong to this wave. Check the unit, or choose another wave.',
  ),
  INTERVIEW_MODE: entry(
    'invalid',
    '访问方式“{value}”不认识；可用：{known}。',
    'The mode “{value}” is not known; use one of: {known}.',
  ),
  INTERVIEW_DISPOSITION: entry(
    'invalid',
    '结果码“{value}”不对；应为1.1、2.11这样的编码，或在对应关系中写明。',
    'The result code “{value}” is not right; it should look like 1.1 or 2.11, or stand in the mapping.',
  ),
  INTERVIEW_WEIGHT: entry(
    'invalid',
    '权重“{value}”不对；应为大于零的数。',
    'The weight “{value}” is not right; it must be a number above zero.',
  ),
  INTERVIEW_DATE: entry(
    'invalid',
    '日期“{value}”不对；请写成2019-05-01或2019-05-01 18:30的形式。',
    'The date “{value}” is not right; write it like 2019-05-01 or 2019-05-01 18:30.',
  ),
  INTERVIEW_TICK: entry(
    'invalid',
    '题目“{question}”的选项“{choice}”应填1（选）或0（不选），不能是“{value}”。',
    'Choice “{choice}” of “{question}” must be 1 (ticked) or 0 (not ticked), not “{value}”.',
  ),
  // Estimation and weighting
  WEIGHT_INVALID: entry(
    'invalid',
    '第{row}行的权数“{weight}”不可用：权数须大于零，也不能大到无法相加。请改正该行。',
    'Row {row} has the weight “{weight}”: a weight must be above zero and not too large to be added up. Mend that row.',
  ),
  FPC_MIXED: entry(
    'invalid',
    '层“{stratum}”的总体数写法不一：要么都填总数（不小于1），要么都填抽样比（不大于1）。请统一后重算。',
    'Stratum “{stratum}” mixes population sizes with sampling fractions. Give sizes (1 or more) everywhere, or fractions (1 or less) everywhere.',
  ),
  FPC_LT_N: entry(
    'invalid',
    '层“{stratum}”的总体数{population}小于样本数{sample}。请核对人口数。',
    'Stratum “{stratum}” has a population of {population}, fewer than its {sample} interviews. Check the population.',
  ),
  LONELY_PSU: entry(
    'invalid',
    '层“{stratum}”只有一个抽样单位，无法估计误差。请在看答案之前把它与相邻的层合并，或另选处理规则。',
    'Stratum “{stratum}” has only one sampling unit, so its error cannot be estimated. Merge it with a neighbouring stratum before looking at answers, or choose another rule.',
  ),
  LONELY_PSU_RULE: entry(
    'invalid',
    '层“{stratum}”只有一个抽样单位，其误差按规则“{rule}”处理。建议在看答案之前把它与相邻的层合并。',
    'Stratum “{stratum}” has only one sampling unit; its error follows the rule “{rule}”. Merging it with a neighbouring stratum before looking at answers is better.',
  ),
  DF_ZERO: entry(
    'invalid',
    '“{unit}”没有自由度，不能给出区间：有效样本须多于层数。',
    '“{unit}” has no degrees of freedom, so there is no interval: valid answers must outnumber the strata.',
  ),
  EMPTY_MARGIN_CELL: entry(
    'invalid',
    '加权变量“{margin}”的“{level}”在人口表中有人、样本中无人，不能加权。请补样本，或按规则与相邻组合并。',
    'Nobody in the sample is in “{level}” of “{margin}”, which the population table says exists. Interview some, or merge the group with its neighbour by the rule.',
  ),
  LEVEL_NOT_IN_MARGIN: entry(
    'invalid',
    '样本中有“{margin}”为“{level}”的人，人口表中没有这一组或人数为零。请补全人口表。',
    'The sample has “{level}” of “{margin}”, which the population table lacks or gives as zero. Complete the table.',
  ),
  MARGIN_VALUE_MISSING: entry(
    'invalid',
    '有{rows}份答卷缺少“{margin}”，不能加权。请补填，或先定下明确的处理规则；不会自动丢弃。',
    '{rows} interviews have no “{margin}”, so they cannot be weighted. Fill it in, or decide an explicit rule; none is dropped silently.',
  ),
  MARGIN_TOTALS_DIFFER: entry(
    'invalid',
    '“{margin}”的人口合计{total}与第一个加权变量的合计{first}不一致。请核对人口表，或选择按第一个变量折算。',
    'The total of “{margin}”, {total}, differs from the first margin’s, {first}. Check the tables, or choose to rescale to the first.',
  ),
  RAKING_NOT_CONVERGED: entry(
    'invalid',
    '迭代加权{cycles}轮后仍未收敛（最大变动{change}）。请合并过小的组，或减少加权变量。',
    'Raking did not settle in {cycles} cycles (largest change {change}). Merge groups that are too small, or use fewer margins.',
  ),
  CALIBRATION_NOT_CONVERGED: entry(
    'invalid',
    '校准未收敛：在给定的上下限内达不到人口总数（相差{misfit}）。请放宽上下限，或减少变量。',
    'Calibration did not reach the population totals within its bounds (off by {misfit}). Widen the bounds, or use fewer variables.',
  ),
  NEGATIVE_WEIGHT: entry(
    'invalid',
    '线性校准使{rows}份答卷的权数为负，不予采用。请改用迭代加权（raking）。',
    'Linear calibration made {rows} weights negative and was refused. Use raking instead.',
  ),
  WEIGHT_CAP_UNREACHABLE: entry(
    'invalid',
    '权数上限{upper}与人口合计不能同时满足；已保留未截尾的权数。建议合并过小的组。',
    'The weight cap {upper} and the population totals cannot both hold; the untrimmed weights were kept. Consider merging groups that are too small.',
  ),
  COVERAGE_LOW: entry(
    'invalid',
    '“{unit}”有调查的乡镇只占人口的{percent}%，低于80%，不能代表全域，不给出汇总数。',
    'In “{unit}” the towns with interviews hold {percent} % of the population, less than 80 %: no combined figure is given.',
  ),
  NOT_COMPARABLE: entry(
    'conflict',
    '指标“{indicator}”两期不可比：{reason}。请分别公布，不要相减。',
    'The two waves of indicator “{indicator}” cannot be compared: {reason}. Publish them side by side, without a difference.',
  ),
  CLASSIFICATION_CHANGED: entry(
    'conflict',
    '指标“{indicator}”的选项归类两期不同（{outcomes}），不能相减。',
    'Indicator “{indicator}” counts its options differently in the two waves ({outcomes}), so they cannot be subtracted.',
  ),
  MARGIN_AREA_MISSING: entry(
    'invalid',
    '“{unit}”有答卷，但人口表里没有它，也没有包含它的地区，不能加权。请补全人口表。',
    '“{unit}” has interviews, but the population table has neither it nor an area around it. Complete the table.',
  ),
  MARGIN_AREAS_OVERLAP: entry(
    'invalid',
    '人口表里“{unit}”与“{other}”重叠：每个镇（街道）只能属于一个加权地区。请只留县级或只留镇级的行。',
    'In the population table “{unit}” overlaps with “{other}”: a town belongs to one area only. Keep the rows of either the county or its towns.',
  ),
  MARGIN_AREA_LEVEL: entry(
    'invalid',
    '“{unit}”不是镇级或以上的单位，不能作加权地区。请按镇或县给出人口。',
    '“{unit}” is not a town or a unit above one, so it cannot be an area of weighting. Give populations by town or by county.',
  ),
  MARGIN_TOWN_POPULATION: entry(
    'invalid',
    '“{unit}”的人口数不详，不能与同一加权地区的其他镇合并加权。请先补上人口数。',
    'The population of “{unit}” is unknown, so it cannot be weighted together with the other towns of its area. Add it first.',
  ),
  MARGIN_CELL_SMALL: entry(
    'invalid',
    '“{margin}”的“{level}”只有{n}份答卷，少于事后分层所需的{least}份。请允许合并相邻组，或改用迭代加权。',
    '“{level}” of “{margin}” has {n} interviews, fewer than the {least} that post-stratification needs. Allow merging, or use raking.',
  ),
  WEIGHTING_REFUSED_ELSEWHERE: entry(
    'invalid',
    '另有地区的样本与人口表对不上，整轮没有加权。请与测评管理员联系。',
    'Another area’s sample does not fit its population table, so the whole wave is not weighted. Ask the survey manager.',
  ),
  NOT_DETECTABLE: entry(
    'invalid',
    '样本量{n}时，从{percent}%起没有任何可能的变化能被可靠地发现。请增加样本，或在县、市一级比较。',
    'With {n} interviews no possible change from {percent} % can be detected reliably. Interview more, or compare at county or city level.',
  ),
  GOLDEN_CASE_UNKNOWN: entry(
    'invalid',
    '参考算例“{name}”属于未知的类别“{group}”，不能核对。',
    'Reference case “{name}” is of the unknown group “{group}” and cannot be checked.',
  ),
  GOLDEN_CASE_FAILED: entry(
    'invalid',
    '参考算例“{name}”不能计算：{reason}。请检查该文件的内容是否完整。',
    'Reference case “{name}” could not be computed: {reason}. Check that the file is complete.',
  ),
  GOLDEN_EMPTY: entry(
    'invalid',
    '文件夹{folder}里没有参考算例（JSON文件，schema为golden-case/1）。请检查路径。',
    'The folder {folder} has no reference case (JSON files of schema golden-case/1). Check the path.',
  ),
  // Estimation from a file
  DESIGN_KEY: entry(
    'invalid',
    '设计文件的“{key}”写法不对：{reason}。写法见 zhixiao estimate --example。',
    '“{key}” of the design file is not right: {reason}. See zhixiao estimate --example.',
  ),
  NUMBER_BAD: entry(
    'invalid',
    '“{value}”不是数。请改正，或留空表示没有数据。',
    '“{value}” is not a number. Correct it, or leave it blank for no data.',
  ),
  OPTION_MISSING: entry(
    'invalid',
    '请写明 {option}。用法见 zhixiao estimate --help。',
    '{option} is missing. See zhixiao estimate --help.',
  ),
  DATA_ROWS_BAD: entry(
    'invalid',
    '数据文件有{count}处问题，没有计算。请按清单改好后重算。',
    'The data file has {count} problems and nothing was computed. Mend them by the list.',
  ),
  SAMPLE_EMPTY: entry(
    'invalid',
    '数据里没有一行符合{keep}。请核对列名和取值。',
    'No row of the data has {keep}. Check the column and its values.',
  ),
  DESIGN_VALUE_MISSING: entry(
    'invalid',
    '第{row}行的“{column}”为空，设计（{key}）不能确定。请补填，或用keep去掉这类行。',
    'Row {row} has no “{column}”, which the design needs ({key}). Fill it in, or leave such rows out by keep.',
  ),
  POPULATION_UNKNOWN: entry(
    'invalid',
    '设计文件里没有“{stratum}”的人口数。请补上，或改正数据里的名称。',
    'The design file gives no population for “{stratum}”. Add it, or correct the name in the data.',
  ),

  // Calls, recordings, the second listening, simulated campaigns
  CARRIER_CANNOT: entry(
    'conflict',
    '当前线路不支持“{what}”。请用话机拨号，再登记通话结果。',
    'The carrier in use cannot do “{what}”. Dial on a telephone and enter what came of it.',
  ),
  CALL_REFUSED: entry(
    'conflict',
    '线路没有接受这通电话（{reason}）。',
    'The carrier did not take this call ({reason}).',
  ),
  SUPPRESSION_OTHERS: entry(
    'forbidden',
    '这个号码是受访者本人或其他单位列入免访名单的，请由市级（或列入的单位）移出。',
    'The respondent, or another office, put this number on the do-not-call list. Ask the city, or that office, to take it off.',
  ),
  SUPPRESSIONS_OUTSIDE: entry(
    'forbidden',
    '名单中有{count}个号码属于您辖区以外正在访问的样本，请由市级导入，或先从文件中删去这些号码。',
    '{count} numbers of the list belong to cases outside your area that are still open. Ask the city to import it, or remove them.',
  ),
  // Listening in
  LISTEN_KEYPAD: entry(
    'conflict',
    '自动访问没有访问员，不能旁听。',
    'An automatic call has no interviewer to listen to.',
  ),
  LISTEN_BY_HAND: entry(
    'conflict',
    '访问员用座机拨打的通话不经过线路，不能旁听。',
    'A call that was dialled by hand does not pass through the carrier and cannot be listened to.',
  ),
  LISTEN_CARRIER: entry('conflict', '这条线路不能旁听。', 'This carrier cannot let anybody listen.'),
  LISTEN_NOT_TALKING: entry(
    'conflict',
    '还没有接通，接通后才能旁听。',
    'Nobody is talking yet: listen when the call is answered.',
  ),
  LISTEN_UNANNOUNCED: entry(
    'conflict',
    '开场白（告知可能旁听）还没有念完，受访者同意后才能旁听。',
    'The introduction, which says that somebody may listen, is not over: listen once the respondent has agreed.',
  ),
  LISTEN_OVER: entry('conflict', '这通电话已经结束。', 'This call is over.'),
  RECORDING_GONE: entry(
    'gone',
    '录音已按期删除，或尚未取回。',
    'The recording was deleted on schedule, or has not arrived yet.',
  ),
  REVIEW_OWN: entry(
    'forbidden',
    '复听须由访问员以外的人来做，请换一位同事。',
    'A second person listens again, not the interviewer. Ask a colleague.',
  ),
  REVIEW_DONE: entry('conflict', '这份复听已经完成，不能再改。', 'This review is finished and cannot be changed.'),
  SIMULATION_WAVE: entry(
    'conflict',
    '轮次“{wave}”不是合成数据的自测轮次，不能用来模拟拨打。请换一个，或不加 --wave。',
    'The wave “{wave}” is not a synthetic self-test, so no campaign is simulated on it. Choose another, or leave --wave out.',
  ),
  // Recorded prompts of keypad calls
  PROMPTS_REFUSED: entry(
    'invalid',
    '有{count}个文件用不了，一个也没有存。请按清单改好后重新上传。',
    '{count} files cannot be used and none was kept. Mend them by the list and upload again.',
  ),
  PROMPT_FILE_UNKNOWN: entry(
    'invalid',
    '{file}：没有名为“{key}”的语句。文件名要与清单里的名称一致，如 awareness.1.wav。',
    '{file}: there is no sentence named “{key}”. A file is named as in the list, such as awareness.1.wav.',
  ),
  PROMPT_FILE_TWICE: entry(
    'invalid',
    '{file}与{other}是同一句话的录音，请只留一个。',
    '{file} and {other} are recordings of the same sentence. Keep one of them.',
  ),
  PROMPT_FILE_TYPE: entry(
    'invalid',
    '{file}不是WAV文件（{found}）。请存成WAV：PCM，16位，8至48 kHz。',
    '{file} is not a WAV file ({found}). Save it as WAV: PCM, 16 bits, 8 to 48 kHz.',
  ),
  PROMPT_FILE_FORMAT: entry(
    'invalid',
    '{file}的格式（{found}）电话网不一定能播放。请存成WAV：PCM，16位，8至48 kHz，单声道或双声道。',
    'Not every telephone carrier plays the format of {file} ({found}). Save it as WAV: PCM, 16 bits, 8 to 48 kHz, mono or stereo.',
  ),
  PROMPT_FILE_DAMAGED: entry(
    'invalid',
    '{file}不完整或已损坏，请重新导出。',
    '{file} is cut off or damaged. Export it again.',
  ),
  PROMPT_FILE_SILENT: entry(
    'invalid',
    '{file}里没有声音，请检查麦克风后重录。',
    'There is no sound in {file}. Check the microphone and record it again.',
  ),
  PROMPT_FILE_LONG: entry(
    'invalid',
    '{file}长{seconds}秒，最多{most}秒。',
    '{file} is {seconds} seconds long; at most {most} are allowed.',
  ),
  PROMPT_FILE_SHORT: entry(
    'invalid',
    '{file}只有{seconds}秒，不像一句话，请检查。',
    '{file} is only {seconds} seconds long and can hardly be a sentence. Check it.',
  ),
  PROMPT_FILE_LARGE: entry(
    'invalid',
    '{file}超过{limit}。请降低采样率（如16 kHz单声道）后再上传。',
    '{file} is larger than {limit}. Lower the sampling rate (16 kHz mono, say) and upload it again.',
  ),
  // Phone surveys: the campaign, its numbers and cases
  CAMPAIGN_MISSING: entry(
    'missing',
    '测评轮次“{wave}”还没有设置电话调查。请先填写并保存电话调查设置。',
    'Wave “{wave}” has no phone survey yet. Fill in and save its settings first.',
  ),
  CAMPAIGN_STATE: entry(
    'conflict',
    '电话调查现在的状态是“{state}”，不能这样操作。请刷新后再看。',
    'The phone survey is “{state}” now; this cannot be done. Reload and look again.',
  ),
  CAMPAIGN_EMPTY: entry(
    'conflict',
    '测评轮次“{wave}”没有可以拨打的样本。请先导入或抽取号码。',
    'Wave “{wave}” has no case to call. Import or draw numbers first.',
  ),
  CAMPAIGN_MODE: entry(
    'invalid',
    '测评轮次“{wave}”不含调查方式“{mode}”。请改用该轮次登记的方式，或在轮次开始前修改。',
    'Wave “{wave}” does not take mode “{mode}”. Use a mode of the wave, or change the wave before it opens.',
  ),
  NUMBERS_NONE: entry(
    'invalid',
    '文件“{file}”里没有一个可以使用的号码（共{rows}行）。请核对号码列和单位列。',
    'The file “{file}” has no number that can be used ({rows} rows). Check the columns of numbers and units.',
  ),
  NUMBERS_UNCONFIRMED: entry(
    'conflict',
    '文件“{file}”有{invalid}行不能使用。请先看清单；确认后再导入，其余的行才会收下。',
    '{invalid} rows of “{file}” cannot be used. Look at the list; confirm it, and the other rows are taken.',
  ),
  NUMBER_FORGOTTEN: entry(
    'gone',
    '这个样本的号码已按期限删除，不能再拨打。',
    'The number of this case was deleted when its time was over; it cannot be called any more.',
  ),
  NUMBER_NONE_LIVE: entry(
    'conflict',
    '这个样本没有可拨的号码了（空号、停机或不再来电）。请选择结果码结束。',
    'This case has no number left to call (dead or on the do-not-call list). Close it with a result code.',
  ),
  CASE_CHANGED: entry(
    'conflict',
    '样本{case}刚被别人改动。请刷新后再试。',
    'Case {case} was just changed by somebody else. Reload and try again.',
  ),
  CASE_STATE: entry(
    'conflict',
    '样本{case}现在的状态是“{state}”，不能这样操作。',
    'Case {case} is “{state}” now; this cannot be done.',
  ),
  LEASE_LOST: entry(
    'conflict',
    '这个样本已不在您手上（超过15分钟没有动静，或被管理员收回）。已录入的答案都在；请取下一个样本。',
    'This case is no longer yours: nothing was heard for 15 minutes, or a manager took it back. The answers are kept; take the next case.',
  ),
  CASE_CALL_LIVE: entry(
    'conflict',
    '这个样本正在通话。请先结束通话。',
    'A call to this case is going on. End it first.',
  ),
  CASE_NOT_CALLED: entry(
    'conflict',
    '这个样本还没有拨打，不能登记通话结果。请先拨打，或把样本放回。',
    'This case was not called yet, so there is no result to record. Call first, or release the case.',
  ),
  CALLING_HOURS: entry(
    'conflict',
    '现在不在当地允许拨打的时间内。下一个允许的时间：{next}。',
    'Calls are not allowed there at this hour. The next allowed moment is {next}.',
  ),
  DISPOSITION_REFUSED: entry(
    'invalid',
    '结果码“{disposition}”不适用于这次通话（{result}）。请改选。',
    'Result code “{disposition}” does not fit this call ({result}). Choose another.',
  ),
  APPOINTMENT_BAD: entry(
    'invalid',
    '预约时间须在今后两个月内、当地允许呼叫的时段，且结束晚于开始。',
    'An appointment lies within the next two months and in the calling hours of the place, and ends after it begins.',
  ),
  APPOINTMENT_REFUSED: entry(
    'invalid',
    '所选结果码不能预约。请改选结果码，或取消预约。',
    'No appointment goes with this result code. Choose another code, or drop the appointment.',
  ),
  REASON_MISSING: entry('invalid', '请写明原因（2–200个字）。', 'Give a reason (2–200 characters).'),
  INTERVIEWER_UNKNOWN: entry(
    'missing',
    '没有访问员“{user}”，或其账号不在这个范围内。',
    'There is no interviewer “{user}”, or the account is outside this area.',
  ),
  ON_BREAK: entry(
    'conflict',
    '您正在休息。请先结束休息，再取样本。',
    'You are on a break. End it before taking a case.',
  ),
  QUOTA_BAD: entry('invalid', '配额第{row}行不对：{reason}。', 'Row {row} of the quotas is not right: {reason}.'),
  // Telephone numbers and prefixes
  PHONE_NUMBER_EMPTY: entry(
    'invalid',
    '没有填写号码。请补填，或删去这一行。',
    'There is no number. Fill it in, or take the row out.',
  ),
  PHONE_NUMBER_BAD: entry(
    'invalid',
    '“{value}”不是可拨的电话号码。请核对位数和区号。',
    '“{value}” is no telephone number. Check its digits and its area code.',
  ),
  PHONE_NUMBER_SEVERAL: entry(
    'invalid',
    '“{value}”里有不止一个号码。请一格只写一个，另一个写到“备用号码”一列。',
    '“{value}” holds more than one number. Write one in a cell, and the other in the column of second numbers.',
  ),
  PHONE_NUMBER_ROUNDED: entry(
    'invalid',
    '“{value}”是表格软件改写过的号码，后几位已丢失。请把该列设为文本后重新填写。',
    'A spreadsheet rounded this number to “{value}” and its last digits are lost. Make the column text and enter it anew.',
  ),
  PHONE_NUMBER_SERVICE: entry(
    'invalid',
    '“{value}”是服务热线或特服号码，不能作为样本。请删去这一行。',
    '“{value}” is a service number and cannot be a case. Take the row out.',
  ),
  PHONE_NUMBER_AREA: entry(
    'invalid',
    '座机“{value}”没有区号。请补上区号，或给该单位设默认区号。',
    'The landline “{value}” has no area code. Add it, or set the area code of its unit.',
  ),
  PHONE_PREFIX_BAD: entry(
    'invalid',
    '“{value}”不是局号或号段。手机写前7位左右（如1384721），座机写区号加局号（如0472212）。',
    '“{value}” is no prefix. Write some 7 digits of a mobile segment (1384721) or area code and exchange (0472212).',
  ),
  PHONE_PREFIX_TWICE: entry(
    'invalid',
    '“{value}”包含在“{other}”之内，同一号码会有两次机会。请只留一个。',
    '“{value}” lies within “{other}”: its numbers would have two chances. Keep one of them.',
  ),
  PHONE_PREFIXES_SMALL: entry(
    'invalid',
    '要抽{wanted}个号码，而{prefixes}个号段里只剩{room}个可抽。请减少数量或增加号段。',
    '{wanted} numbers are wanted, and the {prefixes} prefixes have only {room} left. Draw fewer or add prefixes.',
  ),
  // The publicity ledger
  OUTPUT_KIND: entry(
    'invalid',
    '没有“{value}”这个类别。请从类别表中选一个，或请管理员增加。',
    'There is no kind “{value}”. Choose one of the catalogue, or ask an administrator to add it.',
  ),
  OUTPUT_DATE_MISSING: entry(
    'invalid',
    '没有填写日期。请填写开展的日期。',
    'There is no date. Fill in the day on which it was done.',
  ),
  OUTPUT_DATE_BAD: entry(
    'invalid',
    '“{value}”不是日期。请写成2026-03-01的样子。',
    '“{value}” is no date. Write it like 2026-03-01.',
  ),
  OUTPUT_DATE_RANGE: entry(
    'invalid',
    '日期{value}不在{first}至{last}之间。请核对年份；尚未开展的不登记。',
    'The date {value} is not between {first} and {last}. Check the year; what is not done yet is not entered.',
  ),
  OUTPUT_DATE_ORDER: entry(
    'invalid',
    '日期{from}至{to}先后颠倒或长于{most}天。请分开登记。',
    'The days {from} to {to} are in the wrong order or more than {most} days. Enter them apart.',
  ),
  OUTPUT_QUANTITY_MISSING: entry(
    'invalid',
    '没有填写数量。可以写“10万余”“数百”，照实写。',
    'There is no quantity. “10万余” or “数百” will do: write it as it is known.',
  ),
  OUTPUT_QUANTITY_RANGE: entry(
    'invalid',
    '数量{value}小于0或大于{most}。请核对。',
    'The quantity {value} is below 0 or above {most}. Check it.',
  ),
  OUTPUT_QUANTITY_SCIENTIFIC: entry(
    'invalid',
    '“{value}”是科学记数法，表格软件常把长的数写成这样，读不出准确的数。请写成普通数字，例如 120000 或 12万。',
    '“{value}” is scientific notation, as spreadsheets make of long numbers; the number cannot be read from it. Write plain digits, such as 120000 or 12万.',
  ),
  OUTPUT_QUANTITY_PART: entry(
    'invalid',
    '数量{value}不是整数。请核对，或换成较小的计量单位。',
    'The quantity {value} is no whole number. Check it, or use a smaller unit of measure.',
  ),
  OUTPUT_QUANTITY_FORMULA: entry(
    'invalid',
    '“{value}”是公式，不是数量。请填写算出来的数。',
    '“{value}” is a formula and no quantity. Enter the number that it comes to.',
  ),
  OUTPUT_UNIT: entry(
    'invalid',
    '“{kind}”按“{unit}”计，不按“{value}”计。请核对数量是不是另一件事（如人次），另填“到达”。',
    '“{kind}” is counted in {unit}, not in {value}. If the number is of something else (persons, say), enter it as reach.',
  ),
  OUTPUT_REACH: entry(
    'invalid',
    '“{value}”不是到达的一种。请选：发放份数、印制份数、人次、阅读、播放、点击、户数。',
    '“{value}” is no kind of reach. Choose copies, persons, reads, plays, clicks or households.',
  ),
  OUTPUT_REACH_TWICE: entry(
    'invalid',
    '同一种到达填了两次。请只留一个数。',
    'One kind of reach is given twice. Keep one number.',
  ),
  OUTPUT_MEDIA_LEVEL: entry(
    'invalid',
    '“{value}”不是媒体级别。请选：中央、省、市、县、镇。',
    '“{value}” is no level of media. Choose central, province, city, county or town.',
  ),
  OUTPUT_LINK: entry(
    'invalid',
    '“{value}”不是网址。请从浏览器复制以http开头的完整地址。',
    '“{value}” is no web address. Copy the whole address that begins with http.',
  ),
  OUTPUT_TEXT_LONG: entry(
    'invalid',
    '内容有{length}字，最多{most}字。请缩短。',
    'The text has {length} characters; {most} is the most. Shorten it.',
  ),
  OUTPUT_PLACE_LEVEL: entry(
    'invalid',
    '宣传产出登记在镇（街道）、县或市名下。请选{unit}所在的镇，把村写在“地点”里。',
    'Outputs are entered for a town, county or city. Choose the town of {unit} and write the village as the place.',
  ),
  OUTPUT_CHANGED: entry(
    'conflict',
    '这条记录刚被别人改过。请刷新后再改。',
    'Somebody has just changed this entry. Load it again, then make your change.',
  ),
  OUTPUT_STATE: entry(
    'conflict',
    '这条记录的状态是“{state}”，不能这样处理。请刷新后查看。',
    'The entry is “{state}” and this cannot be done with it. Load it again.',
  ),
  OUTPUT_MONTH_CLOSED: entry(
    'conflict',
    '{unit}{month}已结账。要更正请写明原因。',
    '{month} of {unit} is closed. To correct it, say why.',
  ),
  OUTPUT_REASON_MISSING: entry('invalid', '请写明原因，最多{most}字。', 'Say why, in {most} characters at most.'),
  OUTPUT_MERGE_SELF: entry(
    'invalid',
    '不能并入自身，也不能并入已合并、已撤回或类别不同的记录（媒体稿件之间可以）。请另选一条，或者先改类别。',
    'An entry cannot be merged into itself, into one that is merged or withdrawn, or into one of another kind unless both are media pieces. Choose another, or mend the kind first.',
  ),
  OUTPUT_KIND_MISSING: entry('invalid', '没有填写类别。请填写，如“横幅”“宣传单”。', 'There is no kind. Fill it in.'),
  LEDGER_COLUMN_MISSING: entry(
    'invalid',
    '没有一列是“{column}”。请指明哪一列是，再导入。',
    'No column is “{column}”. Say which one it is.',
  ),
  LEDGER_UNIT_MISSING: entry(
    'invalid',
    '没有写单位。请在表里加一列单位，或在导入时选定单位。',
    'There is no unit. Add a column of units, or choose the unit of the import.',
  ),
  LEDGER_ROWS_MANY: entry(
    'too-large',
    '表里超过{most}行。请按月份分开导入。',
    'There are more than {most} rows. Split the file by months.',
  ),
  LEDGER_READS_AS_PERSONS: entry(
    'invalid',
    '“{value}”把阅读写成了人次。已按阅读次数登记，不与人数相加。',
    '“{value}” gives reads as persons. It is entered as reads and never added to persons.',
  ),
  LEDGER_TOTAL_CONTRADICTED: entry(
    'invalid',
    '“{kind}”合计写{stated}，各行之和为{sum}，相差{difference}。请核对；合计行已保留，不重复计入。',
    'The total of “{kind}” says {stated}, its rows sum to {sum}: a difference of {difference}. Check it; the total is kept and not counted twice.',
  ),
  LEDGER_TOTAL_KEPT: entry(
    'invalid',
    '“{kind}”的合计行已保留，计在各行里，不重复计入。',
    'The total of “{kind}” is kept; it counts in its rows and not twice.',
  ),
  LEDGER_SUM_LINES: entry(
    'invalid',
    '有{count}行是全表合计，不是产出，没有登记。',
    '{count} rows are sums of the whole table and no outputs; they are not entered.',
  ),
  LEDGER_HEADINGS: entry(
    'invalid',
    '有{count}行只有一个格有字（如“{value}”），当作标题或落款，没有登记。',
    '{count} rows have nothing but one text (“{value}”): taken for headings or signatures, they are not entered.',
  ),
  LEDGER_ROW_REPEATED: entry(
    'invalid',
    '与第{first}行完全相同。若是同一件事，请删去一行；若是两件事，不必改。',
    'It is the same as row {first}. If it is the same thing, delete one; if there were two, leave both.',
  ),
  LEDGER_UNIT_NAME: entry(
    'invalid',
    '单位代码{code}是“{name}”，表里写的是“{value}”。已按代码登记，请核对。',
    'Code {code} is “{name}”, but the table says “{value}”. It is entered by the code; check it.',
  ),
  LEDGER_PERIODS: entry(
    'invalid',
    '有{count}行只写了期间（如“{value}”），没有日期：予以登记，不进入任何月份的合计。',
    '{count} rows state a period (“{value}”) and no day: they are kept and enter no month’s total.',
  ),
  LEDGER_ROWS_KNOWN: entry(
    'invalid',
    '从这一行起，有{count}行台账里已经有同样的记录（曾经导入，或撤销后又恢复）：不再写入，不会重复计数。',
    'From this row on, {count} rows are in the ledger already (imported before, or restored after an undo): they are not written again and count once.',
  ),
  LEDGER_IMPORT_RUNNING: entry(
    'busy',
    '另一次导入正在写入同样的行；本次没有写入。请等它结束（中断的也会在一分钟内清理）后再导入。',
    'Another import is writing the same rows; nothing of this one was written. Import again when it has ended (one that broke off is cleared away within a minute).',
  ),
  LEDGER_MOVED: entry(
    'conflict',
    '写入期间，单位的隶属关系或类别有变动；本次没有改动任何记录。请再试一次。',
    'Units or kinds were changed while this was written; nothing of it was kept. Please try again.',
  ),
  LEDGER_ROW_THERE: entry(
    'conflict',
    '同一行已经重新导入，台账里有这条记录（{date} {kind} {quantity}）；恢复会重复计数。请用那一条。',
    'The same row was imported again and stands in the ledger ({date} {kind} {quantity}): restoring this one would count it twice. Use that one.',
  ),
  LEDGER_UNDONE: entry('conflict', '这次导入已经撤销。', 'This import is undone already.'),
  LEDGER_UNDO_REVIEWED: entry(
    'conflict',
    '这次导入中有{count}条已经审核（{entries}），不能整批撤销。请先退回这些记录，或逐条撤回其余的。',
    '{count} entries of this import are reviewed ({entries}): it cannot be undone as a whole. Withdraw the others one by one.',
  ),
  ATTACHMENT_TYPE: entry(
    'invalid',
    '“{file}”的内容不是照片或扫描件。只收JPEG、PNG、WebP照片和PDF；苹果手机的HEIC照片请先存为JPEG。',
    '“{file}” holds neither a photo nor a scan. JPEG, PNG and WebP photos and PDF are taken; save HEIC photos as JPEG first.',
  ),
  ATTACHMENT_TOO_LARGE: entry(
    'too-large',
    '“{file}”超过{limit}。请用手机或看图软件缩小后再传。',
    '“{file}” is larger than {limit}. Make it smaller and send it again.',
  ),
  ATTACHMENT_PIXELS: entry(
    'too-large',
    '“{file}”的像素超过{most}百万。请缩小后再传。',
    '“{file}” has more than {most} million pixels. Make it smaller and send it again.',
  ),
  ATTACHMENT_DAMAGED: entry(
    'invalid',
    '“{file}”不完整或已损坏，打不开。请重新拍照或重新扫描后再传。',
    '“{file}” is incomplete or damaged and cannot be opened. Take it again and send it.',
  ),
  ATTACHMENT_MANY: entry(
    'conflict',
    '一条记录最多{most}个附件。请先删去一个。',
    'An entry has {most} attachments at most. Remove one first.',
  ),
  ACCOUNT_TAKEN: entry(
    'conflict',
    '本单位在这个平台上已有叫“{value}”的账号。请改用那一个，或换一个名称。',
    'The unit has an account called “{value}” on this platform already. Use that one, or choose another name.',
  ),
  FOLLOWERS_BAD: entry(
    'invalid',
    '粉丝数“{value}”不是一个人数。请照平台显示的写，例如 8200、1.2万 或 10万+。',
    '“{value}” is not a number of followers. Write it as the platform shows it: 8200, 1.2万 or 10万+.',
  ),
  KIND_BAD: entry('invalid', '类别的{field}不对：{value}。', 'The kind’s {field} is not right: {value}.'),
  KIND_CODE_BAD: entry(
    'invalid',
    '编码“{value}”不能用。请用2至40个小写字母、数字或连字符，以字母开头。',
    '“{value}” cannot be a code. Use 2 to 40 lower-case letters, digits or hyphens, a letter first.',
  ),
  KIND_WORD_BAD: entry(
    'invalid',
    '“{value}”不能作名称、单位或别名：不能空着，最多{most}个字。请改短。',
    '“{value}” cannot be a name, unit or alias: it must not be empty and may have {most} characters. Shorten it.',
  ),
  KIND_UNIT_FIXED: entry(
    'conflict',
    '这个类别已按“{value}”计，计量单位和计法不能再改，否则合计的含义会变。请另加一个类别。',
    'This kind is counted in “{value}”; unit and measure stay, or totals would change their meaning. Add another kind.',
  ),
  KIND_TAKEN: entry(
    'conflict',
    '“{value}”已是“{kind}”的编码、名称或别名。请换一个。',
    '“{value}” is the code, a name or an alias of “{kind}” already. Choose another.',
  ),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** One finding in a file or a form: which sentence, where it stands, and what fills it. */
export interface Problem {
  readonly code: ErrorCode;
  /** 1-based line of the file, header included; absent when the finding is about the whole. */
  readonly row?: number;
  readonly column?: string;
  readonly details: Details;
}

/** The one error class. Its code decides kind and sentence; details are safe to show to the user. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: Details;

  constructor(code: ErrorCode, details: Details = {}) {
    super(`${code} ${JSON.stringify(details)}`);
    this.code = code;
    this.details = details;
  }

  get kind(): ErrorKind {
    return ERRORS[this.code].kind;
  }
}

/** The sentence of an error or a problem in the reader's language. */
export function errorSentence(error: { readonly code: ErrorCode; readonly details: Details }, lang: Lang): string {
  const { what, field } = error.details;
  const nameOf = (code: unknown): unknown => (typeof code === 'string' ? (THINGS[code]?.[lang] ?? code) : code);
  return fill(ERRORS[error.code].sentence[lang], { ...error.details, what: nameOf(what), field: nameOf(field) });
}

/** What an error names by a code, in `what` or `field`: kinds of things, and fields of forms. */
const THINGS: Readonly<Record<string, Text>> = {
  wave: { zh: '测评轮次', en: 'wave' },
  survey: { zh: '问卷', en: 'survey' },
  unit: { zh: '单位', en: 'unit' },
  account: { zh: '账号', en: 'account' },
  page: { zh: '页面', en: 'page' },
  import: { zh: '导入', en: 'import' },
  output: { zh: '台账记录', en: 'entry' },
  attachment: { zh: '附件', en: 'attachment' },
  prompt: { zh: '录音', en: 'recording' },
  instrument: { zh: '宣传品编码', en: 'code' },
  margins: { zh: '已知人口', en: 'known population of wave' },
  fieldworkStart: { zh: '开始日期', en: 'first day' },
  fieldworkEnd: { zh: '结束日期', en: 'last day' },
  validUntil: { zh: '有效期', en: 'last day of validity' },
  modes: { zh: '调查方式', en: 'mode' },
  by: { zh: '分列级别', en: 'level of the rows' },
  method: { zh: '加权办法', en: 'method' },
  cap: { zh: '权数上限', en: 'cap' },
  file: { zh: '文件', en: 'file' },
  form: { zh: '表单', en: 'form' },
  body: { zh: '提交的内容', en: 'request' },
  mapping: { zh: '对应关系', en: 'mapping' },
  name: { zh: '名称', en: 'name' },
  title: { zh: '标题', en: 'title' },
  role: { zh: '角色', en: 'role' },
  period: { zh: '时期', en: 'period' },
  rootUnit: { zh: '测评范围', en: 'area' },
  kind: { zh: '性质', en: 'kind' },
  measure: { zh: '计法', en: 'measure' },
  stage: { zh: '环节', en: 'stage' },
  audience: { zh: '受众', en: 'audience' },
  channel: { zh: '渠道', en: 'channel' },
  count: { zh: '数量', en: 'number' },
  case: { zh: '样本', en: 'case' },
  lines: { zh: '线路数', en: 'number of lines' },
  rules: { zh: '拨打规则', en: 'calling rules' },
  prefixes: { zh: '号段', en: 'prefixes' },
};
