import type { Text } from '../text.ts';

/** Sentences that tell people what to answer, praise the work before asking about it, or appeal to local honour. */
const LEADING: Readonly<Record<keyof Text, readonly RegExp[]>> = {
  zh: [
    /请您?(务必|一定|都|尽量)?(回答|选择?|勾选|填写?|说|按)[“"「']?(很|非常|比较)?(满意|安全|知道|认可|好)/,
    /(希望|恳请|盼望|期待|拜托)您?.{0,8}(好评|满分|满意的?(评价|答复|答案)|给予.{0,4}(支持|肯定)|选择?.{0,3}满意)/,
    /(取得|有|获得)了?.{0,6}(显著|明显|巨大|重大|突出|丰硕|可喜|历史性)的?(成效|成果|成绩|成就|进展|进步|变化)/,
    /(成效|成果|成绩)(非常|十分)?(显著|明显|突出|丰硕|有目共睹)/,
    /在.{1,20}(坚强|正确|英明)领导下/,
    /难道|众所周知|有目共睹|毋庸置疑|大家都(知道|认为|觉得)|多数人都?(认为|觉得)/,
    /(相信|想必)您(一定|肯定|也|会|对)/,
    /(不要|别|请勿|切勿)(回答?|说|选择?).{0,10}(不满意|不安全|不知道|说不清|还行|一般)/,
    /为(了)?(家乡|我县|我市|我区|我镇|本县|本市|本地).{0,12}(荣誉|争光|添彩|加油|形象)/,
    /您是不是(也)?(觉得|认为).{0,12}(好|满意|安全|提高|改善)/,
  ],
  en: [
    /\bplease (answer|choose|select|say|tick|press)\b.{0,12}\b(satisfied|safe|good|yes)\b/i,
    /\b(we|i) (hope|trust|expect|count on)\b.{0,20}\b(good|high|full|positive|favou?rable|satisfied)\b/i,
    /\b(remarkable|significant|great|outstanding|tremendous|notable|impressive) (achievements?|results?|progress|success|improvements?)\b/i,
    /\b(do|would|are|is|have|has)n['’]t you (agree|think|feel|say)\b/i,
    /\b(as (everyone|everybody|we all) knows?|obviously|undoubtedly|of course|most people (think|agree|feel))\b/i,
    /\b(do not|don['’]t|never) (answer|say|choose|select)\b.{0,20}\b(dissatisfied|unsafe|not|don['’]t know|average)\b/i,
    /\bunder the (strong|wise|correct) leadership\b/i,
    /\b(honou?r|pride|glory) of (our|the) (county|town|city|home)/i,
  ],
};

/** The leading words found in a text, as they stand there. */
export function findLeading(text: Text): string[] {
  return (['zh', 'en'] as const).flatMap((lang) =>
    LEADING[lang].flatMap((pattern) => pattern.exec(text[lang])?.[0] ?? []),
  );
}
