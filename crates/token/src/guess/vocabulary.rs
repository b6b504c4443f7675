//! Common names, cities, occupations and words for streets, by which contents are recognised
//! where a column's name says nothing.
//!
//! Our own short lists, from general knowledge. A column need not be made of these words: a few
//! in a hundred of its values are enough to tell given names from surnames. Words that are as
//! usual in two lists (Thomas, Lincoln, Baker) are left out of both, but for the few in a
//! hundred surnames that are occupations.

use std::sync::OnceLock;

use hashbrown::HashSet;

/// One of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// Given names.
    Given,
    /// Family names.
    Family,
    /// Cities and countries.
    City,
    /// Occupations.
    Occupation,
    /// Words for streets, at their end.
    Street,
    /// What somebody is to the head of a household, of several words any.
    Household,
}

const LISTS: [&str; 6] = [GIVEN, FAMILY, CITY, OCCUPATION, STREET, HOUSEHOLD];

/// Whether a word in lower case stands in a list.
pub(super) fn holds(list: List, lower: &str) -> bool {
    static SETS: OnceLock<[HashSet<&str>; 6]> = OnceLock::new();
    // Entries stand one after another between commas or line ends.
    let words = |text: &'static str| text.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty()).collect();
    SETS.get_or_init(|| LISTS.map(words))[list as usize].contains(lower)
}

const GIVEN: &str = "
aaron,abdul,abigail,adam,adele,agnes,ahmed,aisha,alan,albert,alejandro,alex,alexander,alexandra,alfred,alice,alicia,
alison,amanda,amber,amelia,amy,ana,andrea,andreas,andrew,angela,anita,anja,ann,anna,anne,annie,anthony,antonio,archie,
arthur,ashley,ava,barbara,beatrice,ben,benjamin,bernard,beth,bethany,betty,brenda,brian,bridget,brooke,bruce,callum,
carl,carla,carlos,carmen,carol,caroline,catherine,cecil,charles,charlie,charlotte,chloe,chris,christian,christina,
christine,christopher,claire,clara,claude,colin,connor,craig,daisy,daniel,daniela,danielle,david,dawn,deborah,debra,
dennis,derek,diana,diane,dieter,dmitri,donald,donna,dora,doris,dorothy,dylan,edith,edna,edward,edwin,eileen,elena,eleanor,
eliza,elizabeth,ella,ellen,elsie,emilie,emily,emma,eric,ernest,esther,ethan,ethel,eugene,eva,eve,evelyn,evie,fatima,fiona,
flora,florence,frances,francesca,francesco,francis,francois,franz,fred,frederick,freya,gareth,gary,gemma,geoffrey,georgia,
gerald,gertrude,gillian,giovanni,giuseppe,gladys,grace,graham,greta,gustav,hannah,hans,harold,harriet,harry,hassan,hayley,
heather,heinrich,helen,helga,henri,henry,herbert,hilda,holly,hugh,ian,ibrahim,ida,imran,ines,irene,isaac,isabel,isabella,
isabelle,isla,ivan,jack,jacob,jacqueline,jacques,jake,jamie,jan,jane,janet,jasmine,jason,javier,jayden,jean,jeffrey,
jennifer,jenny,jeremy,jessica,jessie,jill,jim,joan,joanna,joanne,joe,johann,johannes,john,jonathan,jorge,jose,joseph,
josephine,joshua,joyce,juan,judith,julia,julian,julie,june,jurgen,karen,karl,kate,katherine,kathleen,katie,keith,kenneth,
kevin,kirsty,klaus,kristin,lachlan,larry,lars,laura,lauren,leah,leo,leon,liam,lilian,lily,linda,lisa,logan,louis,
louisa,louise,luca,lucas,lucy,luigi,luis,luke,mabel,mackenzie,madeleine,madeline,madison,maggie,manuel,marco,margaret,
maria,marie,mario,marion,mark,marta,martha,mary,maryam,matilda,matthew,maureen,max,maya,megan,mehmet,mia,michael,michel,
michelle,miguel,mike,mohamed,mohammad,mohammed,molly,muhammad,nancy,natalia,natalie,nathan,nellie,nicholas,nicola,nicolas,
nicole,nigel,nina,noah,nora,oliver,olivia,olga,omar,oscar,otto,pablo,pamela,patricia,patrick,paul,paula,pauline,pedro,
peter,petra,philip,phoebe,phyllis,pierre,poppy,rachel,ralph,raymond,rebecca,richard,rita,robert,roger,ronald,rosa,rose,
rosie,rowan,roy,ruby,ruth,ryan,sabine,sally,sam,samantha,samuel,sandra,sara,sarah,sean,sebastian,sergei,sergio,shannon,
sharon,sheila,shirley,sofia,sophia,sophie,stephanie,stephen,steven,stuart,susan,susanna,sven,sylvia,tanya,tara,teresa,
theresa,theodore,thierry,timothy,tina,tom,tony,tracey,trevor,tyler,ursula,valerie,vera,victor,victoria,vincent,violet,
virginia,walter,wilhelm,william,willie,winifred,wolfgang,yusuf,yvonne,zachary,zainab,zoe";

const FAMILY: &str = "
adams,adeyemi,ahmad,akhtar,anderson,andersson,armstrong,atkinson,bailey,barnes,bauer,becker,begum,bell,bennett,
bianchi,brooks,brown,burton,butler,byrne,campbell,carr,carter,chan,chapman,chavez,chen,clark,clarke,coleman,collins,cook,
cooper,cox,davies,davis,dawson,diaz,dixon,doyle,dubois,durand,edwards,elliott,ellis,evans,fernandez,ferrari,fischer,fisher,
fletcher,flores,foster,fox,gallagher,garcia,gibson,gill,gomez,gonzalez,gray,green,griffiths,gupta,gutierrez,hall,hansen,
harding,harper,harris,harrison,hart,hernandez,hill,hoffmann,holmes,howard,hughes,hunt,hussain,iqbal,ivanov,jackson,jansen,
jenkins,jensen,johansson,johnson,johnston,jones,kaur,khan,king,klein,knight,koch,kowalski,kumar,larsen,laurent,lee,
lefebvre,lewis,li,liu,lloyd,long,lopez,macdonald,mahmood,malik,marshall,martinez,mason,matthews,mcdonald,mccarthy,mckenzie,
meyer,mills,mitchell,moore,morales,moreau,morgan,morris,muller,murphy,murray,myers,nelson,nguyen,nielsen,nowak,nolan,obrien,
o'brien,oconnor,o'connor,oneill,o'neill,okafor,olsen,ortiz,palmer,park,parker,patel,payne,pearson,peterson,petrov,phillips,
poole,powell,price,quinn,rahman,ramirez,reid,reyes,reynolds,richards,richardson,richter,rivera,roberts,robertson,robinson,
rodriguez,rogers,romano,rossi,russo,sanchez,sanders,santos,saunders,schmidt,schneider,schulz,shah,sharma,shaw,silva,simpson,
singh,smith,smit,stevens,stevenson,stewart,stone,svensson,taylor,thompson,thomson,torres,turner,visser,wagner,walker,wallace,
walsh,wang,ward,watkins,watson,watts,webb,webster,weber,wells,white,wilkinson,williams,williamson,wilson,wood,woods,wright,
wu,yang,yilmaz,zhang,zimmermann";

const CITY: &str = "
aberdeen,adelaide,albany,amsterdam,antwerp,athens,atlanta,auckland,austria,baltimore,bangkok,barcelona,bath,belfast,berlin,
birmingham,blackpool,bolton,bordeaux,boston,bournemouth,bradford,brighton,brisbane,bristol,brussels,budapest,cairns,calgary,
cambridge,canberra,canterbury,cardiff,carlisle,chester,chicago,cologne,copenhagen,cornwall,coventry,cumbria,dallas,darwin,
delhi,denver,derby,detroit,devon,dorset,dresden,dublin,dundee,durham,edinburgh,england,essex,exeter,france,frankfurt,geelong,
genoa,germany,glasgow,gloucester,hamburg,hampshire,helsinki,hertfordshire,hobart,houston,huddersfield,hull,ipswich,ireland,
istanbul,italy,kent,lancashire,leeds,leicester,leipzig,lille,lisbon,liverpool,london,los angeles,luton,lyon,madrid,manchester,
marseille,melbourne,miami,middlesbrough,milan,milwaukee,minneapolis,montreal,moscow,mumbai,munich,naples,netherlands,
new york,newcastle,norfolk,northampton,norwich,nottingham,oldham,orlando,oslo,ottawa,oxford,oxfordshire,paris,peterborough,
philadelphia,phoenix,plymouth,poland,portsmouth,prague,preston,raleigh,reading,rome,rotterdam,salford,san diego,san francisco,
scotland,seattle,sheffield,shropshire,somerset,southampton,southend-on-sea,stockholm,stockport,stoke-on-trent,stuttgart,
suffolk,sunderland,surrey,sussex,swansea,swindon,sydney,tampa,tokyo,toronto,toulouse,turin,utrecht,vancouver,vienna,wakefield,
wales,walsall,warsaw,warwickshire,washington,wellington,wiltshire,wolverhampton,worcester,worcestershire,york,yorkshire,zurich,
charlotte nc,durham nc,greensboro,winston-salem,fayetteville,wilmington,staten island,brooklyn,queens";

const OCCUPATION: &str = "
accountant,actor,actress,agricultural labourer,architect,army officer,artist,barrister,blacksmith,bookkeeper,bricklayer,
builder,businessman,carpenter,cashier,civil servant,clergyman,clerk,coachman,composer,confectioner,consultant,cook,cricketer,
dairyman,dentist,diplomat,doctor,domestic servant,dressmaker,driver,electrician,engineer,engraver,factory worker,farm labourer,
farm servant,farmer,fisherman,footballer,gardener,general servant,governess,greengrocer,grocer,groom,hairdresser,historian,
housekeeper,housemaid,housewife,inventor,ironmonger,joiner,journalist,judge,labourer,laundress,lawyer,librarian,machinist,
manager,mechanic,merchant,midwife,military personnel,milliner,miner,missionary,musician,naturalist,novelist,nun,nurse,painter,
pharmacist,photographer,physician,plasterer,plumber,poet,police officer,politician,postman,priest,printer,publican,retired,
sailor,salesman,schoolmaster,scientist,scholar,scullery maid,seamstress,secretary,servant,shoemaker,shop assistant,shopkeeper,
singer,soldier,solicitor,spinner,stonemason,student,surgeon,tailor,teacher,unemployed,washerwoman,watchmaker,weaver,
wheelwright,writer,zoologist,rugby union player,rugby player,military officer,peer,sculptor,sheriff,botanist,banker";

const HOUSEHOLD: &str = "
head,wife,husband,son,daughter,mother,father,brother,sister,nephew,niece,grandson,granddaughter,grandchild,grandmother,
grandfather,uncle,aunt,cousin,stepson,stepdaughter,boarder,lodger,visitor,spouse,child,parent,sibling,
husbond,husfader,husmoder,kone,hustru,sønn,søn,datter,barn,moder,fader,broder,søster,logerende,inderste,tjenestefolk,
make,maka,dotter,moder,syster,inneboende,hausvorstand,ehefrau,sohn,tochter,mutter,vater,bruder,schwester,
chef,épouse,epouse,fils,fille,mère,père,frère,sœur,hoofd,echtgenote,zoon,dochter,moeder,vader,broer,zuster";

const STREET: &str = "
street,st,road,rd,lane,ln,avenue,ave,av,drive,dr,close,court,ct,crescent,cres,place,pl,terrace,tce,way,square,sq,gardens,
grove,hill,mews,row,walk,boulevard,blvd,parade,circuit,cct,circle,cir,highway,hwy,strasse,straße,str,straat,weg,laan,gasse,
allee,platz,plein,rise,parkway,pkwy,trail,trl";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_both_a_given_and_a_family_name() {
        let words = |text: &'static str| text.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty());
        let both: Vec<&str> = words(GIVEN).filter(|word| holds(List::Family, word)).collect();
        assert_eq!(both, [""; 0]);
        for text in LISTS {
            assert!(words(text).all(|word| word == word.to_lowercase()));
        }
    }

    #[test]
    fn entries_are_found_whole() {
        assert!(holds(List::City, "new york") && holds(List::Given, "aaron") && holds(List::Street, "street"));
        assert!(!holds(List::City, "new") && !holds(List::Family, ""));
    }
}
